// Put before GLFW by the tests: OpenGL says that its context is lost when it has been asked for errors
// often enough to have drawn some pictures.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>

typedef void (*Function)(void);

static unsigned int tell_error(void) {
  static int questions;
  return ++questions > 20 ? 0x0507 : 0;
}

Function glfwGetProcAddress(const char *name) {
  Function (*next)(const char *) = (Function (*)(const char *))dlsym(RTLD_NEXT, "glfwGetProcAddress");
  return strcmp(name, "glGetError") == 0 ? (Function)tell_error : next(name);
}
