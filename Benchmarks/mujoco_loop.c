// mj_step in a plain loop: random controls drawn anew for every step, a reset every 10 simulated
// seconds, one thread. Prints steps per second of processor time. The same protocol as
// `idql bench physics`.
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

int main(int argc, char** argv) {
  if (argc != 3) return fprintf(stderr, "usage: %s model.xml steps\n", argv[0]), 64;
  char error[1000] = "";
  mjModel* model = mj_loadXML(argv[1], NULL, error, sizeof error);
  if (!model) return fprintf(stderr, "%s\n", error), 65;
  mjData* data = mj_makeData(model);
  const long steps = atol(argv[2]);
  const long episode = (long)(10 / model->opt.timestep + 0.5);

  const double start = processor_seconds();
  for (long i = 0; i < steps; i++) {
    if (i % episode == 0) mj_resetData(model, data);
    for (int u = 0; u < model->nu; u++) {
      const double low = model->actuator_ctrllimited[u] ? model->actuator_ctrlrange[2 * u] : -1;
      const double high = model->actuator_ctrllimited[u] ? model->actuator_ctrlrange[2 * u + 1] : 1;
      data->ctrl[u] = low + (high - low) * uniform();
    }
    mj_step(model, data);
  }
  printf("%.1f\n", steps / (processor_seconds() - start));
  return 0;
}
