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
} idql_gui_point;

/// Makes ImGui's context for the current OpenGL context. `font` is a TrueType file, or null for the
/// built-in bitmap font. Returns false if OpenGL refuses ImGui's shaders.
bool idql_gui_start(const char *font, float font_size, float scale);
void idql_gui_stop(void);

/// Begin and end a frame; the latter draws it into the bound framebuffer.
void idql_gui_begin_frame(float width, float height, float seconds);
void idql_gui_end_frame(void);

// Inputs.
void idql_gui_mouse_place(float x, float y);
void idql_gui_mouse_button(int button, bool is_down);
void idql_gui_scroll(float notches);
bool idql_gui_wants_mouse(void);

// Windows.
/// A panel at a fixed position; with a height of 0 it fits its content. Always paired with
/// idql_gui_end.
void idql_gui_begin(const char *title, idql_gui_point position, idql_gui_point size, float opacity);
void idql_gui_end(void);
// The part of a panel below its header, which scrolls if it is higher than what is left of the panel.
// The end returns the height that it would like to have, with the panel's lower border.
void idql_gui_begin_body(float header_height);
float idql_gui_end_body(void);
// Where the next item goes, pixels of the framebuffer.
void idql_gui_place(idql_gui_point position);
// Colours of panels, with the sizes of that scale.
void idql_gui_theme(bool is_light, float scale);
idql_gui_point idql_gui_window_size(void);
idql_gui_point idql_gui_cursor(void);
float idql_gui_available_width(void);
float idql_gui_line_height(void);
/// Of a button or a slider.
float idql_gui_frame_height(void);
/// Aligns the following text with a button in the same line.
void idql_gui_align_text(void);

// Widgets.
void idql_gui_text(const char *text);
void idql_gui_text_colored(uint32_t color, const char *text);
// In lines that are no longer than `width`.
void idql_gui_text_wrapped(uint32_t color, const char *text, float width);
void idql_gui_same_line(float offset);
void idql_gui_separator(void);
void idql_gui_spacing(void);
bool idql_gui_button(const char *label);
bool idql_gui_checkbox(const char *label, bool *value);
/// `width` 0 fills the line up to the label.
bool idql_gui_slider(
  const char *label, float *value, float low, float high, const char *format, float width);
bool idql_gui_slider_integer(const char *label, int *value, int low, int high, float width);
/// `items` are separated by zeros and end with two.
bool idql_gui_combo(const char *label, int *index, const char *items, float width);
/// An area of that size that takes mouse inputs; returns its upper left corner.
// Like `idql_gui_canvas`; whether it was clicked.
bool idql_gui_click_area(const char *label, idql_gui_point size);
idql_gui_point idql_gui_canvas(const char *label, idql_gui_point size);
bool idql_gui_is_hovered(void);
bool idql_gui_is_held(void);
idql_gui_point idql_gui_mouse(void);
// Beside the mouse, in lines that are no longer than `width`.
void idql_gui_tooltip(const char *text, float width);

// Drawing: over the panel's background; outside of panels, behind all of them.
void idql_gui_line(idql_gui_point from, idql_gui_point to, uint32_t color, float width);
void idql_gui_polyline(const idql_gui_point *points, size_t count, uint32_t color, float width);
void idql_gui_rectangle(
    idql_gui_point from, idql_gui_point to, uint32_t color, float rounding, bool is_filled);
void idql_gui_circle(
    idql_gui_point center, float radius, uint32_t color, bool is_filled, float width);
void idql_gui_write(idql_gui_point position, uint32_t color, const char *text);
// Nothing of it is drawn to the right of `right`.
void idql_gui_write_within(
    idql_gui_point position, float right, uint32_t color, const char *text);
// In lines that are no longer than `width`.
void idql_gui_write_wrapped(
    idql_gui_point position, float width, uint32_t color, const char *text);
// Whether what is drawn from now on is over all panels.
void idql_gui_front(bool is_front);
idql_gui_point idql_gui_text_size(const char *text);
// Of a text in lines that are no longer than `width`.
idql_gui_point idql_gui_wrapped_size(const char *text, float width);

#ifdef __cplusplus
}
#endif
