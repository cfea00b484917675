#include "idql_gui.h"

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wunknown-warning-option"
#pragma clang diagnostic ignored "-Wnontrivial-memcall" // of ImGui's own headers
#include <backends/imgui_impl_opengl3.h>
#include <imgui.h>
#pragma clang diagnostic pop

// The backend of ImGui for GLFW is not used: the viewer passes inputs on, so that it decides in one
// place whether the panels or the scene get them, and tests can replay inputs.

static ImVec2 vec(idql_gui_point p) { return ImVec2(p.x, p.y); }
static idql_gui_point point(ImVec2 v) { return idql_gui_point{v.x, v.y}; }

// The list to draw into: that of the current panel, or the background outside of panels.
static bool is_in_panel = false;
static bool is_in_front = false;
static ImDrawList *canvas(void) {
  if (is_in_front) return ImGui::GetForegroundDrawList();
  return is_in_panel ? ImGui::GetWindowDrawList() : ImGui::GetBackgroundDrawList();
}

struct rgb {
  float red, green, blue;
};

static void set_color(ImGuiCol index, bool is_light, rgb dark, rgb light) {
  rgb c = is_light ? light : dark;
  ImGui::GetStyle().Colors[index] = ImVec4(c.red, c.green, c.blue, 1.0f);
}

void idql_gui_theme(bool is_light, float scale) {
  ImGui::GetStyle() = ImGuiStyle();
  if (is_light)
    ImGui::StyleColorsLight();
  else
    ImGui::StyleColorsDark();
  ImGuiStyle &style = ImGui::GetStyle();
  style.WindowRounding = 6;
  style.FrameRounding = 4;
  style.GrabRounding = 4;
  style.WindowBorderSize = 0;
  style.WindowPadding = ImVec2(10, 8);
  style.ItemSpacing = ImVec2(8, 5);
  style.FramePadding = ImVec2(6, 3);
  style.ScrollbarSize = 10;
  // the whole picture of a small window is used
  style.WindowMinSize = ImVec2(1, 1);
  style.AntiAliasedLinesUseTex = true;
  style.ScaleAllSizes(scale);
  set_color(ImGuiCol_WindowBg, is_light, {0.09f, 0.10f, 0.12f}, {0.96f, 0.96f, 0.97f});
  set_color(ImGuiCol_PopupBg, is_light, {0.12f, 0.13f, 0.16f}, {1.00f, 1.00f, 1.00f});
  set_color(ImGuiCol_Text, is_light, {0.92f, 0.93f, 0.95f}, {0.08f, 0.09f, 0.11f});
  set_color(ImGuiCol_FrameBg, is_light, {0.25f, 0.28f, 0.33f}, {0.82f, 0.84f, 0.87f});
  set_color(ImGuiCol_FrameBgHovered, is_light, {0.30f, 0.34f, 0.40f}, {0.76f, 0.79f, 0.84f});
  set_color(ImGuiCol_FrameBgActive, is_light, {0.33f, 0.38f, 0.45f}, {0.70f, 0.75f, 0.82f});
  set_color(ImGuiCol_SliderGrab, is_light, {0.38f, 0.65f, 0.85f}, {0.20f, 0.52f, 0.78f});
  set_color(ImGuiCol_SliderGrabActive, is_light, {0.50f, 0.77f, 0.97f}, {0.07f, 0.40f, 0.68f});
  set_color(ImGuiCol_Button, is_light, {0.22f, 0.36f, 0.48f}, {0.70f, 0.82f, 0.92f});
  set_color(ImGuiCol_ButtonHovered, is_light, {0.28f, 0.46f, 0.60f}, {0.60f, 0.76f, 0.90f});
  set_color(ImGuiCol_ButtonActive, is_light, {0.34f, 0.54f, 0.70f}, {0.50f, 0.70f, 0.87f});
  set_color(ImGuiCol_CheckMark, is_light, {0.50f, 0.77f, 0.97f}, {0.07f, 0.40f, 0.68f});
  set_color(ImGuiCol_Separator, is_light, {0.30f, 0.32f, 0.36f}, {0.75f, 0.77f, 0.80f});
  // a body has the background of its panel
  style.Colors[ImGuiCol_ChildBg] = ImVec4(0, 0, 0, 0);
  style.Colors[ImGuiCol_ScrollbarBg] = ImVec4(0, 0, 0, 0);
}

bool idql_gui_start(const char *font, float font_size, float scale) {
  IMGUI_CHECKVERSION();
  ImGui::CreateContext();
  ImGuiIO &io = ImGui::GetIO();
  io.IniFilename = nullptr; // no settings file
  idql_gui_theme(false, scale);
  // Latin letters, and the marks of captions: Δ, … and −
  static const ImWchar letters[] = {0x20, 0xFF, 0x394, 0x394, 0x2026, 0x2026, 0x2212, 0x2212, 0};
  bool has_font =
    font && io.Fonts->AddFontFromFileTTF(font, font_size * scale, nullptr, letters) != nullptr;
  if (!has_font) {
    ImFontConfig config;
    // the built-in font is a bitmap of 13 pixels, which is sharp at integer multiples only
    config.SizePixels = 13.0f * (scale < 1.5f ? 1.0f : (float)(int)(scale + 0.5f));
    io.Fonts->AddFontDefault(&config);
  }
  return ImGui_ImplOpenGL3_Init("#version 330 core");
}

void idql_gui_stop(void) {
  ImGui_ImplOpenGL3_Shutdown();
  ImGui::DestroyContext();
}

void idql_gui_begin_frame(float width, float height, float seconds) {
  ImGuiIO &io = ImGui::GetIO();
  io.DisplaySize = ImVec2(width, height);
  io.DeltaTime = seconds > 1e-5f ? seconds : 1e-5f;
  ImGui_ImplOpenGL3_NewFrame();
  ImGui::NewFrame();
}

void idql_gui_end_frame(void) {
  ImGui::Render();
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

void idql_gui_mouse_place(float x, float y) { ImGui::GetIO().MousePos = ImVec2(x, y); }
void idql_gui_mouse_button(int button, bool is_down) {
  if (button >= 0 && button < 3) ImGui::GetIO().MouseDown[button] = is_down;
}
void idql_gui_scroll(float notches) { ImGui::GetIO().MouseWheel += notches; }
bool idql_gui_wants_mouse(void) { return ImGui::GetIO().WantCaptureMouse; }

void idql_gui_begin(
    const char *title, idql_gui_point position, idql_gui_point size, float opacity) {
  ImGui::SetNextWindowPos(vec(position));
  ImGui::SetNextWindowSize(vec(size));
  ImGui::SetNextWindowBgAlpha(opacity);
  // a bar of the width of the window has no round corners
  bool is_bar = size.x >= ImGui::GetIO().DisplaySize.x;
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, is_bar ? 0 : ImGui::GetStyle().WindowRounding);
  ImGui::Begin(
    title, nullptr,
    ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoNav
      | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoFocusOnAppearing
      | ImGuiWindowFlags_NoScrollWithMouse);
  is_in_panel = true;
}
void idql_gui_end(void) {
  is_in_panel = false;
  ImGui::End();
  ImGui::PopStyleVar();
}
void idql_gui_begin_body(float header_height) {
  ImVec2 border = ImGui::GetStyle().WindowPadding;
  ImVec2 size = ImGui::GetWindowSize();
  ImGui::SetCursorPos(ImVec2(border.x, header_height));
  ImGui::BeginChild(
    "body", ImVec2(size.x - 1.4f * border.x, size.y > header_height + border.y + 1 ? size.y - header_height - border.y : 1), false,
    ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoSavedSettings);
}
float idql_gui_end_body(void) {
  float height = ImGui::GetCursorPosY() - ImGui::GetStyle().ItemSpacing.y;
  ImGui::EndChild();
  return height + ImGui::GetStyle().WindowPadding.y;
}
void idql_gui_place(idql_gui_point position) { ImGui::SetCursorScreenPos(vec(position)); }
idql_gui_point idql_gui_window_size(void) { return point(ImGui::GetWindowSize()); }
idql_gui_point idql_gui_cursor(void) { return point(ImGui::GetCursorScreenPos()); }
float idql_gui_available_width(void) { return ImGui::GetContentRegionAvail().x; }
float idql_gui_line_height(void) { return ImGui::GetTextLineHeightWithSpacing(); }
float idql_gui_frame_height(void) { return ImGui::GetFrameHeight(); }
void idql_gui_align_text(void) { ImGui::AlignTextToFramePadding(); }

void idql_gui_text(const char *text) { ImGui::TextUnformatted(text); }
void idql_gui_text_colored(uint32_t color, const char *text) {
  ImGui::PushStyleColor(ImGuiCol_Text, color);
  ImGui::TextUnformatted(text);
  ImGui::PopStyleColor();
}
void idql_gui_text_wrapped(uint32_t color, const char *text, float width) {
  ImGui::PushStyleColor(ImGuiCol_Text, color);
  ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + width);
  ImGui::TextUnformatted(text);
  ImGui::PopTextWrapPos();
  ImGui::PopStyleColor();
}
void idql_gui_same_line(float offset) { ImGui::SameLine(offset); }
void idql_gui_separator(void) { ImGui::Separator(); }
void idql_gui_spacing(void) { ImGui::Spacing(); }
bool idql_gui_button(const char *label) { return ImGui::Button(label); }
bool idql_gui_checkbox(const char *label, bool *value) { return ImGui::Checkbox(label, value); }
bool idql_gui_slider(
  const char *label, float *value, float low, float high, const char *format, float width) {
  ImGui::SetNextItemWidth(width);
  return ImGui::SliderFloat(label, value, low, high, format, ImGuiSliderFlags_NoInput);
}
bool idql_gui_slider_integer(const char *label, int *value, int low, int high, float width) {
  ImGui::SetNextItemWidth(width);
  return ImGui::SliderInt(label, value, low, high, "%d", ImGuiSliderFlags_NoInput);
}
bool idql_gui_combo(const char *label, int *index, const char *items, float width) {
  ImGui::SetNextItemWidth(width);
  return ImGui::Combo(label, index, items);
}
bool idql_gui_click_area(const char *label, idql_gui_point size) {
  return ImGui::InvisibleButton(label, vec(size));
}
idql_gui_point idql_gui_canvas(const char *label, idql_gui_point size) {
  idql_gui_point position = point(ImGui::GetCursorScreenPos());
  ImGui::InvisibleButton(label, vec(size));
  return position;
}
bool idql_gui_is_hovered(void) { return ImGui::IsItemHovered(); }
bool idql_gui_is_held(void) { return ImGui::IsItemActive(); }
idql_gui_point idql_gui_mouse(void) { return point(ImGui::GetIO().MousePos); }
void idql_gui_tooltip(const char *text, float width) {
  ImGui::BeginTooltip();
  ImGui::PushTextWrapPos(width);
  ImGui::TextUnformatted(text);
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
}

void idql_gui_line(idql_gui_point from, idql_gui_point to, uint32_t color, float width) {
  canvas()->AddLine(vec(from), vec(to), color, width);
}
void idql_gui_polyline(const idql_gui_point *points, size_t count, uint32_t color, float width) {
  static_assert(sizeof(idql_gui_point) == sizeof(ImVec2), "the same two floats");
  canvas()->AddPolyline(
    reinterpret_cast<const ImVec2 *>(points), (int)count, color, 0, width);
}
void idql_gui_rectangle(
    idql_gui_point from, idql_gui_point to, uint32_t color, float rounding, bool is_filled) {
  ImDrawList *list = canvas();
  if (is_filled)
    list->AddRectFilled(vec(from), vec(to), color, rounding);
  else
    list->AddRect(vec(from), vec(to), color, rounding);
}
void idql_gui_circle(
    idql_gui_point center, float radius, uint32_t color, bool is_filled, float width) {
  ImDrawList *list = canvas();
  if (is_filled)
    list->AddCircleFilled(vec(center), radius, color);
  else
    list->AddCircle(vec(center), radius, color, 0, width);
}
void idql_gui_write(idql_gui_point position, uint32_t color, const char *text) {
  canvas()->AddText(vec(position), color, text);
}
void idql_gui_write_within(
    idql_gui_point position, float right, uint32_t color, const char *text) {
  canvas()->PushClipRect(
    ImVec2(position.x, position.y), ImVec2(right, position.y + ImGui::GetTextLineHeightWithSpacing()),
    true);
  canvas()->AddText(vec(position), color, text);
  canvas()->PopClipRect();
}
void idql_gui_front(bool is_front) { is_in_front = is_front; }
void idql_gui_write_wrapped(
    idql_gui_point position, float width, uint32_t color, const char *text) {
  canvas()->AddText(
    ImGui::GetFont(), ImGui::GetFontSize(), vec(position), color, text, nullptr, width);
}
idql_gui_point idql_gui_wrapped_size(const char *text, float width) {
  return point(ImGui::CalcTextSize(text, nullptr, false, width));
}
idql_gui_point idql_gui_text_size(const char *text) { return point(ImGui::CalcTextSize(text)); }
