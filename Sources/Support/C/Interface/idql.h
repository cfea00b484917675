// The engine for other languages: environments, evaluation, policies and simulations behind numbers and
// plain memory.
//
// Every function but the first three returns a status. Anything but IDQL_OK comes with one line that says
// what was found and what would be accepted: `idql_last_error`. Arguments are checked before anything is
// done, so that no call ends the process; what cannot be checked is the memory behind a pointer, which must
// hold as many numbers as is said here.
//
// Objects are named by handles, which are never used twice: a closed one is refused. An object serves one
// call at a time; a second one from another thread gets IDQL_BUSY. Different objects are independent.
//
// After fork() objects go on in both processes, if no call was running in another thread.
//
// Texts go in as UTF-8 that ends with NUL. Texts that come out are to be given to `idql_free_text`.
// Requests are JSON objects; keys that are unknown are refused.

#ifndef IDQL_H
#define IDQL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int64_t idql_handle;

enum {
  IDQL_OK = 0,
  // an argument, or what a file or a request says
  IDQL_INVALID = 1,
  // the handle is closed, was never given out, or is of another kind
  IDQL_UNKNOWN_HANDLE = 2,
  // another thread is using the object
  IDQL_BUSY = 3,
  // a callback returned something other than 0
  IDQL_INTERRUPTED = 4,
};

// Of this header: a library with another number has other functions.
#define IDQL_ABI_VERSION 1

int32_t idql_abi_version(void);
// Of the calling thread's last call that failed; valid until its next call.
const char *idql_last_error(void);
void idql_free_text(char *text);
int32_t idql_close(idql_handle handle);

// {"version", "lanes", "kernels", "arithmetic", "git_revision"}
int32_t idql_library(char **json);
// Names the revision of the sources in reports, and the file of this library; once, before anything else.
int32_t idql_identify(const char *revision, const char *library_path);

// Environments ----------------------------------------------------------------------------------------------

// [{"id", "suite", "physics"}] in the catalogue's order; if `with_specs` is not 0 also "reference", the returns
// of scores 0 and 100, and "step_limit", for which one environment of each id is made.
int32_t idql_environments(int32_t with_specs, char **json);

// Environments of one id that step together.
//
// {"id": "Hopper-v5", "count": 1, "physics": "mujoco4", "success_timing": "pre", "goal_seed": 0,
//  "workers": 1, "lanes": 4, "step_limit": 1000}; all but "id" may be left out.
int32_t idql_vector_make(const char *request, idql_handle *vector);

// {"id", "physics", "suite", "count", "observations": [{"name", "unit"}], "actions": [...], "action_bounds":
//  [[least, greatest]], "step_limit",
//  "substeps", "timestep", "reference": [minimum, maximum] or null, "goal": length or 0, "achieved": 2 or 0,
//  "tasks": count, "success": whether a step tells it, "information": [names], of which equal ones that follow
//  each other are an array, "information_at_reset": how many of these a reset tells, "rules": text}
int32_t idql_vector_describe(idql_handle vector, char **json);

// Rows of numbers, one row an environment; NULL for what is not wanted.
typedef struct {
  double *observations;  // count x observations
  double *goals;         // count x goal
  double *achieved;      // count x 2
  // count x (information, and one more where "success": 1 or 0); after a reset 0 where only steps tell it
  double *information;
} idql_state_buffers;

// Starts episodes, and writes the state of all environments.
//
// mask: count bytes, 0 for those that go on; NULL for all. seeded: count bytes, 0 for the next episode of
// the stream; NULL for none. seeds: count, read where `seeded`. tasks: count, 0 for none; NULL for none; a
// task needs a seed.
int32_t idql_vector_reset(
  idql_handle vector, const uint8_t *mask, const uint8_t *seeded, const uint64_t *seeds,
  const int64_t *tasks, const idql_state_buffers *state);

// When the next episode begins, as in Gymnasium.
enum { IDQL_NEXT_STEP = 0, IDQL_SAME_STEP = 1, IDQL_DISABLED = 2 };

typedef struct {
  const double *actions;  // count x actions, finite
  idql_state_buffers state;
  // IDQL_SAME_STEP: of episodes that ended, before the next began; other rows are left as they are
  idql_state_buffers final;
  double *rewards;      // count
  uint8_t *terminated;  // count
  uint8_t *truncated;   // count
  uint8_t *begun;       // count: 1 where the step began an episode and ignored the action
} idql_step_buffers;

int32_t idql_vector_step(idql_handle vector, int32_t autoreset, const idql_step_buffers *buffers);
// The same step `count` times, by the same actions: what a loop of the caller's adds is measured with it.
int32_t idql_vector_repeat(
  idql_handle vector, int32_t autoreset, const idql_step_buffers *buffers, int64_t count);

// Writes the state of all environments.
int32_t idql_vector_observe(idql_handle vector, const idql_state_buffers *state);

// All that the future of environment `index` depends on; to be restored here or in another one of the same
// id and physics, which continues to the bit.
int32_t idql_vector_snapshot(idql_handle vector, int64_t index, char **json);
int32_t idql_vector_restore(idql_handle vector, int64_t index, const char *json);

// A picture of environment `index`: height rows of width pixels of red, green and blue. `camera` is one of
// the model's, "follow", or NULL for one that suits the model. Needs OpenGL, which is looked for when the
// first picture is drawn.
int32_t idql_vector_picture(
  idql_handle vector, int64_t index, int64_t width, int64_t height, const char *camera, uint8_t *pixels);

// Policies --------------------------------------------------------------------------------------------------

// {"diffusion_steps", "schedule", "family", "normalization": path, "critic": path}: what the file does not
// say; NULL or {} for nothing.
int32_t idql_policy_load(const char *path, const char *request, idql_handle *policy);
// {"kind", "file", "sha256", "observations", "actions", "decides", "candidates", "diffusion_steps", "heads",
//  "rule", "temperature", "environment", "settings": [{"name", "value", "origin"}]}
int32_t idql_policy_describe(idql_handle policy, char **json);
// The same policy choosing otherwise: {"candidates", "rule", "temperature", "softmax_scale", "precision",
// "clips_every_step", "extra_final_steps"}.
int32_t idql_policy_with(idql_handle policy, const char *request, idql_handle *changed);

// Streams of noise, numbered from `first`: stream i is that of episode i of an evaluation with the seed, in
// NumPy Generator(PCG64(SeedSequence(seed, spawn_key=(i,)))).
int32_t idql_noise_make(uint64_t seed, int64_t first, int64_t count, idql_handle *noise);

// Rows of numbers, one row an observation; NULL for what is not wanted. All but actions are for policies that
// choose among N candidates.
typedef struct {
  float *actions;     // rows x actions
  float *candidates;  // rows x N x actions
  float *q;           // rows x heads x N
  float *values;      // rows
  int64_t *chosen;    // rows
} idql_decision_buffers;

// Acts. observations: rows x width; steps: rows, how many actions each episode has taken, or NULL for 0. Row
// i draws from stream i of `noise`, which advances.
int32_t idql_policy_act(
  idql_handle policy, idql_handle noise, int64_t rows, int64_t width, const double *observations,
  const int64_t *steps, const idql_decision_buffers *decision);

// Evaluation ------------------------------------------------------------------------------------------------

// A policy of the caller. observations: rows x width, with the goal at the end where there is one; steps:
// rows; actions: rows x action_count, to be filled. Returns 0, or something else to end the evaluation.
typedef int32_t (*idql_policy_callback)(
  void *context, int64_t rows, int64_t width, const double *observations, const int64_t *steps,
  int64_t action_count, float *actions);
// Called from time to time; returns 0, or something else to end the evaluation.
typedef int32_t (*idql_progress_callback)(
  void *context, int64_t finished_episodes, int64_t episodes, int64_t steps);

// {"environment", "episodes": 20, "seed": 0, "physics", "success_timing", "workers", "batch", "name":
//  "policy", "policy_name"}. The policy is `policy`, or `callback` if that is 0. Callbacks are called by
// several threads if "workers" is above 1, one at a time.
//
// With IDQL_INTERRUPTED there is a report of the episodes that had finished, or NULL if none had.
int32_t idql_evaluate(
  const char *request, idql_handle policy, idql_policy_callback callback,
  idql_progress_callback progress, void *context, char **report);
// A report as a table for a terminal.
int32_t idql_report_table(const char *report, char **text);
// Two results (reports, or those of a study) paired by seed: {"margin": 0, "anyway": false, "listed": 3,
// "names": [first, second]}.
int32_t idql_compare(
  const char *first, const char *second, const char *request, char **json, char **text);
// Scores of methods by task: [{"method", "report"}], {"format": "markdown" | "latex" | "csv" | "json",
// "published": false, "seed": 0}.
int32_t idql_table(const char *entries, const char *request, char **text);

// Simulation ------------------------------------------------------------------------------------------------

// {"mjcf": text or "path": file, "physics": "mujoco4"}
int32_t idql_simulation_make(const char *request, idql_handle *simulation);
// {"name", "physics", "timestep", "integrator", "positions", "velocities", "controls", "bodies": [names],
//  "joints", "geoms", "sites", "actuators", "keyframes"}
int32_t idql_simulation_describe(idql_handle simulation, char **json);
// Time steps; they end early where a number is not finite, and 0 is written to `is_finite`.
int32_t idql_simulation_step(idql_handle simulation, int64_t count, int32_t *is_finite);
// To the initial configuration, or to a keyframe (-1 for none).
int32_t idql_simulation_reset(idql_handle simulation, int64_t keyframe);
// Computes what is derived from the state, without a step.
int32_t idql_simulation_refresh(idql_handle simulation);
int32_t idql_simulation_time(idql_handle simulation, double *seconds);
// Sets all that the future depends on but the controls; lengths as described.
int32_t idql_simulation_set_state(
  idql_handle simulation, double seconds, const double *position, const double *velocity,
  const double *warm_start);
// An array in the simulation's own memory, until the handle is closed: "position", "velocity", "control",
// "warm_start" (to be read and written), "acceleration", "bias_force", "passive_force", "actuator_force",
// "constraint_force" (to be read).
int32_t idql_simulation_array(
  idql_handle simulation, const char *name, double **values, int64_t *count);
// A quantity that is computed for the call: "body_position" (bodies x 3), "body_orientation" (x 4),
// "body_center_of_mass" (x 3), "mass_matrix", "contact_position", "contact_normal" (contacts x 3),
// "contact_distance", "contact_geoms" (contacts x 2, indices). At most `capacity` numbers are written;
// `count` says how many there are.
int32_t idql_simulation_copy(
  idql_handle simulation, const char *name, double *values, int64_t capacity, int64_t *count);

#ifdef __cplusplus
}
#endif

#endif
