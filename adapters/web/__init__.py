"""The sandbox: a page in which you are the people of a make-believe company. A platform like the others."""
