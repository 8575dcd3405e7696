"""The SDK in ten lines, as the README has it: the block is read from there and run."""

import os
import re
from pathlib import Path

README = Path(__file__).parents[3] / "README.md"


def test_the_block_in_the_readme_does_what_the_readme_says(capsys):
    text = README.read_text()
    (block,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    block = block.replace("http://localhost:8000/api", os.environ["SDK_HOST_PORT"])
    exec(compile(block, str(README), "exec"), {"token": os.environ["SDK_TOKEN"]})
    said = capsys.readouterr().out.strip()
    assert f"prints `{said}`" in text
