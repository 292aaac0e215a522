"""The core of Cytotheca: actions, data, search, storage, jobs and the web."""
