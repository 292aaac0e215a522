"""SampleShelf: an extension of Cytotheca."""
