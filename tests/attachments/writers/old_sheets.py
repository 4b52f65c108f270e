"""Old workbooks: written beside the new ones, in a family of their own."""

import sheets  # noqa: F401
