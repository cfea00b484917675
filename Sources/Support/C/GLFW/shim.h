// Without OpenGL headers, because its functions are loaded by name.
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
