#include <Python.h>

static PyObject *greet(PyObject *self, PyObject *name) { return PyUnicode_FromFormat("hello from %S", name); }

static PyMethodDef methods[] = {{"greet", greet, METH_O, "Says hello."}, {NULL, NULL, 0, NULL}};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "greeting", NULL, 0, methods};

PyMODINIT_FUNC PyInit_greeting(void) { return PyModuleDef_Init(&module); }
