"""The web pages: doors that translate, and decide nothing."""
