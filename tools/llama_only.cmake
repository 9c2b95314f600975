# Read by CMake at the start of llama-cpp-python's project() (see the Makefile). The package builds llama.cpp's
# "common" library, 50 of its 127 source files, although its Python side never loads it; this leaves it out.
set(LLAMA_BUILD_COMMON OFF)
