// mj_step in a plain loop on one thread. With a number of steps: random controls drawn anew for every
// step, a reset every 10 simulated seconds; the same protocol as `idql bench physics MODEL`. With a file of
// motions, as `compare_gaits.py` writes it: each from its start, driven by its controls; as `idql bench
// physics --env --policy`. Prints steps per second of processor time.
#include <mujoco/mujoco.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static uint64_t state = 88172645463325252ull;

static double uniform(void) {  // xorshift64
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (state >> 11) * 0x1p-53;
}

static double processor_seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static long random_steps(const mjModel* model, mjData* data, long steps) {
  const long episode = (long)(10 / model->opt.timestep + 0.5);
  for (long i = 0; i < steps; i++) {
    if (i % episode == 0) mj_resetData(model, data);
    for (int u = 0; u < model->nu; u++) {
      const double low = model->actuator_ctrllimited[u] ? model->actuator_ctrlrange[2 * u] : -1;
      const double high = model->actuator_ctrllimited[u] ? model->actuator_ctrlrange[2 * u + 1] : 1;
      data->ctrl[u] = low + (high - low) * uniform();
    }
    mj_step(model, data);
  }
  return steps;
}

// All numbers are doubles: steps for each control, then for each motion the number of controls, position
// and velocity at its start, and the controls.
static long driven_steps(const mjModel* model, mjData* data, const double* next, const double* end) {
  const int each = (int)*next++;
  long steps = 0;
  while (next < end) {
    const long count = (long)*next++;
    mj_resetData(model, data);
    mju_copy(data->qpos, next, model->nq);
    mju_copy(data->qvel, next + model->nq, model->nv);
    next += model->nq + model->nv;
    for (long i = 0; i < count; i++, next += model->nu) {
      mju_copy(data->ctrl, next, model->nu);
      for (int k = 0; k < each; k++) mj_step(model, data);
    }
    steps += count * each;
  }
  return steps;
}

int main(int argc, char** argv) {
  if (argc != 3) return fprintf(stderr, "usage: %s model.xml (steps | motions)\n", argv[0]), 64;
  char error[1000] = "";
  mjModel* model = mj_loadXML(argv[1], NULL, error, sizeof error);
  if (!model) return fprintf(stderr, "%s\n", error), 65;
  mjData* data = mj_makeData(model);

  double* motions = NULL;
  size_t count = 0;
  FILE* file = fopen(argv[2], "rb");
  if (file) {
    fseek(file, 0, SEEK_END);
    count = (size_t)ftell(file) / sizeof(double);
    rewind(file);
    motions = malloc(count * sizeof(double));
    if (!count || fread(motions, sizeof(double), count, file) != count) {
      return fprintf(stderr, "%s cannot be read\n", argv[2]), 66;
    }
    fclose(file);
  }

  const double start = processor_seconds();
  const long steps = motions ? driven_steps(model, data, motions, motions + count)
                             : random_steps(model, data, atol(argv[2]));
  printf("%.1f\n", steps / (processor_seconds() - start));
  return 0;
}
