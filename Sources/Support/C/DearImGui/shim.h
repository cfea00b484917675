// Dear ImGui is C++, and CIDQLImGui includes its headers. This module has only the linker flags.
