// Included by kernels.c once per instruction set, after its blocks and the table of them.

static const idql_kernels NAMED(set) = {
    .name = TEXT(VARIANT),
    .is_fused = FUSED,
    .blocks = NAMED(blocks),
    .block_count = sizeof NAMED(blocks) / sizeof *NAMED(blocks),
    .activate = NAMED(activate),
    .layer_norm = NAMED(layer_norm),
    .multiply_adds = NAMED(multiply_adds),
    .multiply_add_operations = 2 * PEAK_SUMS * idql_panel_width,
    .single_output = NAMED(single_output),
    .weight_step = NAMED(weight_step),
    .vector_step = NAMED(vector_step),
    .normalize = NAMED(normalize),
    .normalize_back = NAMED(normalize_back),
};
