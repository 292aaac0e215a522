"""The measurement room: everything that ever opens an uploaded HDF5 file.

The room knows neither Flask nor the database. Its parent side (:mod:`.service`) hands one file to
a confined child process and gets plain frozen dataclasses back; HDF5 is parsed nowhere else.
"""
