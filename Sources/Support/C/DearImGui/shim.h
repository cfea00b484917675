// Dear ImGui is C++; target CImGui includes its headers. Here are only the flags to find and link it.
