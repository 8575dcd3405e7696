"""Secrets in a service's connection are masked for people and come back when masks are sent."""

from catalog.secrets import MASK, masked, unmasked

CONNECTION = {
    "config": {
        "type": "SageMaker",
        "username": "reader",
        "password": "s3cret",
        "awsConfig": {"awsRegion": "eu-central-1", "awsSecretAccessKey": "key"},
        "privateKey": ["first", "second"],
        "connectionOptions": [{"token": "t"}, {"plain": "p"}],
    }
}


def test_every_secret_is_masked_at_any_depth():
    config = masked(CONNECTION)["config"]
    assert config["password"] == MASK
    assert config["awsConfig"] == {"awsRegion": "eu-central-1", "awsSecretAccessKey": MASK}
    assert config["privateKey"] == [MASK, MASK]
    assert config["connectionOptions"] == [{"token": MASK}, {"plain": "p"}]


def test_what_is_no_secret_stays_readable():
    assert masked(CONNECTION)["config"]["username"] == "reader"


def test_masking_leaves_the_original_as_it_is():
    masked(CONNECTION)
    assert CONNECTION["config"]["password"] == "s3cret"


def test_an_empty_secret_is_not_masked():
    assert masked({"password": "", "token": None}) == {"password": "", "token": None}


def test_sending_back_what_was_shown_changes_nothing_in_objects():
    shown = masked({"config": {"username": "reader", "password": "s3cret"}})
    stored = {"config": {"username": "reader", "password": "s3cret"}}
    assert unmasked(shown, stored) == stored


def test_a_new_secret_replaces_the_stored_one():
    assert unmasked({"password": "new"}, {"password": "old"}) == {"password": "new"}


def test_a_mask_without_a_stored_secret_stays_a_mask():
    assert unmasked({"password": MASK}, {}) == {"password": MASK}
    assert unmasked({"password": MASK}, None) == {"password": MASK}


def test_sending_back_what_was_shown_changes_nothing_in_lists_either():
    assert unmasked(masked(CONNECTION), CONNECTION) == CONNECTION


def test_a_password_inside_an_address_is_masked_and_comes_back():
    stored = {
        "trackingUri": "https://reader:s3cret@mlflow.example.com/x",
        "registryUri": "s3://b/k",
    }
    shown = masked(stored)
    assert shown == {
        "trackingUri": f"https://reader:{MASK}@mlflow.example.com/x",
        "registryUri": "s3://b/k",
    }
    assert unmasked(shown, stored) == stored
    moved = {"trackingUri": f"https://reader:{MASK}@elsewhere.example.com/x"}
    assert unmasked(moved, stored) == moved
