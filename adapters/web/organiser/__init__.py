"""The organiser's page: a change made, corrected, previewed and tried in a browser; one of two views of its file."""
