// The few functions of Dear ImGui that the viewer uses, callable from Swift.
//
// Colours are 0xAABBGGRR, as ImGui packs them. Positions and sizes are in pixels of the
// framebuffer.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  float x;
  float y;
} gui_point;

/// Makes ImGui's context for the current OpenGL context. `font` is a TrueType file, or null for the
/// built-in bitmap font. Returns false if OpenGL refuses ImGui's shaders.
bool gui_start(const char *font, float font_size, float scale);
void gui_stop(void);

/// Begin and end a frame; the latter draws it into the bound framebuffer.
void gui_begin_frame(float width, float height, float seconds);
void gui_end_frame(void);

// Inputs.
void gui_mouse_place(float x, float y);
void gui_mouse_button(int button, bool is_down);
void gui_scroll(float notches);
bool gui_wants_mouse(void);

// Windows.
/// A panel at a fixed position; with a height of 0 it fits its content. Always paired with gui_end.
void gui_begin(const char *title, gui_point place, gui_point size, float opacity);
void gui_end(void);
gui_point gui_window_size(void);
gui_point gui_cursor(void);
float gui_available_width(void);
float gui_line_height(void);
/// Of a button or a slider.
float gui_frame_height(void);
/// Aligns the following text with a button in the same line.
void gui_align_text(void);

// Widgets.
void gui_text(const char *text);
void gui_text_colored(uint32_t color, const char *text);
void gui_same_line(float offset);
void gui_separator(void);
void gui_spacing(void);
bool gui_button(const char *label);
bool gui_checkbox(const char *label, bool *value);
/// `width` 0 fills the line up to the label.
bool gui_slider(
  const char *label, float *value, float low, float high, const char *format, float width);
bool gui_slider_integer(const char *label, int *value, int low, int high, float width);
/// `items` are separated by zeros and end with two.
bool gui_combo(const char *label, int *index, const char *items, float width);
/// An area of that size that takes mouse inputs; returns its upper left corner.
gui_point gui_canvas(const char *label, gui_point size);
bool gui_is_hovered(void);
bool gui_is_held(void);
gui_point gui_mouse(void);
void gui_tooltip(const char *text);

// Drawing: over the panel's background; outside of panels, behind all of them.
void gui_line(gui_point from, gui_point to, uint32_t color, float width);
void gui_polyline(const gui_point *points, size_t count, uint32_t color, float width);
void gui_rectangle(gui_point from, gui_point to, uint32_t color, float rounding, bool is_filled);
void gui_circle(gui_point center, float radius, uint32_t color, bool is_filled, float width);
void gui_write(gui_point place, uint32_t color, const char *text);
gui_point gui_text_size(const char *text);

#ifdef __cplusplus
}
#endif
