"""Demo data: Larkbasket, an invented company that sells groceries by subscription.

The modules beside this one hold plain data in the wire's own words; `loading` writes it.
"""
