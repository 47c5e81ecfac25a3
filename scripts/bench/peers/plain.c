/*
 * The notebook's training in plain loops and single precision, one pass per sample, as fast as a compiler makes it.
 * gcc -O3 -march=native -ffast-math plain.c -o plain -lm, then plain FILE, where FILE contains
 *   int32 samples, int32 epochs, float32 learning rate, float32 images [samples][16][16], float32 labels [samples],
 *   float32 kernel [SIDE][SIDE], weight [OUT][OUT], bias.
 * For every line on stdin it trains once from the start and prints milliseconds and the last epoch's loss.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifndef SIDE
#define SIDE 5
#endif
#define OUT (17 - SIDE)

struct parameters {
  float kernel[SIDE][SIDE];
  float weight[OUT][OUT];
  float bias;
};

/* Returns the logit before the update. */
static float step(struct parameters *p, const float image[16][16], float label, float rate) {
  float open[OUT][OUT];
  float logit = p->bias;
  for (int i = 0; i < OUT; i++) {
    for (int j = 0; j < OUT; j++) {
      float c = 0;
      for (int a = 0; a < SIDE; a++)
        for (int b = 0; b < SIDE; b++) c += image[i + a][j + b] * p->kernel[a][b];
      open[i][j] = c > 0 ? c : 0;
      logit += open[i][j] * p->weight[i][j];
    }
  }
  const float s = rate * (1 / (1 + expf(-logit)) - label);
  float gradient[SIDE][SIDE] = {{0}};
  for (int i = 0; i < OUT; i++) {
    for (int j = 0; j < OUT; j++) {
      const float w = open[i][j] > 0 ? p->weight[i][j] : 0;
      for (int a = 0; a < SIDE; a++)
        for (int b = 0; b < SIDE; b++) gradient[a][b] += image[i + a][j + b] * w;
      p->weight[i][j] -= s * open[i][j];
    }
  }
  for (int a = 0; a < SIDE; a++)
    for (int b = 0; b < SIDE; b++) p->kernel[a][b] -= s * gradient[a][b];
  p->bias -= s;
  return logit;
}

static double loss_of(float logit, float label) {
  const double prediction = 1 / (1 + exp(-(double)logit));
  return label == 1 ? -log(prediction + 1e-7) : -log(1 - prediction + 1e-7);
}

static void need(int right, const char *what) {
  if (right) return;
  fprintf(stderr, "plain: expected %s\n", what);
  exit(2);
}

int main(int count, char **arguments) {
  need(count == 2, "one argument, the file of the problem");
  FILE *file = fopen(arguments[1], "rb");
  need(file != NULL, "a file that can be read");
  int sizes[2];
  float rate;
  need(fread(sizes, sizeof(int), 2, file) == 2 && fread(&rate, sizeof rate, 1, file) == 1, "sizes and a rate");
  const int samples = sizes[0], epochs = sizes[1];
  float(*images)[16][16] = malloc(samples * sizeof *images);
  float *labels = malloc(samples * sizeof *labels);
  float *logits = malloc(samples * sizeof *logits);
  struct parameters start;
  need(images && labels && logits, "memory");
  need(fread(images, sizeof *images, samples, file) == (size_t)samples, "images");
  need(fread(labels, sizeof *labels, samples, file) == (size_t)samples, "labels");
  need(fread(&start, sizeof start, 1, file) == 1, "parameters");
  fclose(file);
  char line[16];
  while (fgets(line, sizeof line, stdin)) {
    struct parameters p = start;
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    for (int epoch = 0; epoch < epochs; epoch++)
      for (int i = 0; i < samples; i++) logits[i] = step(&p, images[i], labels[i], rate);
    clock_gettime(CLOCK_MONOTONIC, &after);
    double loss = 0;
    for (int i = 0; i < samples; i++) loss += loss_of(logits[i], labels[i]);
    printf("%.6f %.9g\n", (after.tv_sec - before.tv_sec) * 1e3 + (after.tv_nsec - before.tv_nsec) / 1e6,
           loss / samples);
    fflush(stdout);
  }
  return 0;
}
