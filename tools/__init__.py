"""Tools of the developers: they write what is generated and build the documentation."""
