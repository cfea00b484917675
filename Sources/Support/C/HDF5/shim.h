// HDF5's types, modes and classes are macros that call functions, which Swift cannot import.
#include <hdf5.h>

static inline hid_t idql_native_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t idql_little_float(void) { return H5T_IEEE_F32LE; }
static inline hid_t idql_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t idql_little_double(void) { return H5T_IEEE_F64LE; }
static inline hid_t idql_little_int8(void) { return H5T_STD_I8LE; }
static inline hid_t idql_c_string(void) { return H5T_C_S1; }
static inline size_t idql_variable_length(void) { return H5T_VARIABLE; }
static inline hid_t idql_dataset_creation(void) { return H5P_DATASET_CREATE; }
static inline hid_t idql_link_creation(void) { return H5P_LINK_CREATE; }
static inline hid_t idql_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t idql_create(const char *path, hid_t access) {
  return H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
}

// Turns off the library's default of printing its error stack for every failed call.
static inline void idql_silence(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }
