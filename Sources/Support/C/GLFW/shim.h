// GLFW without any OpenGL header: functions are loaded by name
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
