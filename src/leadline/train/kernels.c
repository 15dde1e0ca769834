/* The elementwise half of a Llama-like block, fused: everything between two matrix products.
 *
 * Compiled twice, with `element` float32 or bf16 (-DBF16); arithmetic is float32 throughout, in
 * vectors of LANES (a GCC and Clang extension), so that sums do not depend on the compiler.
 * Rows are contiguous. Legend: T tokens, D width, H query heads, K key heads, d head size, B lines
 * of L positions, M width of the MLP, S labels, V vocabulary; D, L and M are multiples of LANES.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#define LANES 16
#define RESTRICT __restrict__

typedef float vec __attribute__((vector_size(4 * LANES)));
typedef int32_t ints __attribute__((vector_size(4 * LANES)));
typedef uint32_t words __attribute__((vector_size(4 * LANES)));
typedef float vec8 __attribute__((vector_size(32))); /* for heads, which may be small */
typedef uint32_t words8 __attribute__((vector_size(32)));

#ifdef BF16
typedef uint16_t element;
typedef uint16_t halves __attribute__((vector_size(2 * LANES)));
static inline float get(element x) {
    uint32_t bits = (uint32_t)x << 16;
    float value;
    memcpy(&value, &bits, 4);
    return value;
}
static inline element put(float x) { /* rounds to nearest even, as torch does */
    uint32_t bits;
    memcpy(&bits, &x, 4);
    return (element)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}
static inline vec load(const element *from) {
    halves bits;
    memcpy(&bits, from, sizeof bits);
    return (vec)(__builtin_convertvector(bits, words) << 16);
}
static inline void store(element *to, vec x) {
    words bits = (words)x;
    halves out = __builtin_convertvector((bits + 0x7fff + ((bits >> 16) & 1)) >> 16, halves);
    memcpy(to, &out, sizeof out);
}
static inline vec8 load8(const element *from) {
    uint16_t __attribute__((vector_size(16))) bits;
    memcpy(&bits, from, sizeof bits);
    return (vec8)(__builtin_convertvector(bits, words8) << 16);
}
static inline void store8(element *to, vec8 x) {
    words8 bits = (words8)x;
    bits = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    uint16_t __attribute__((vector_size(16))) out;
    out = __builtin_convertvector(bits, uint16_t __attribute__((vector_size(16))));
    memcpy(to, &out, sizeof out);
}
static inline vec rounded(vec x) {
    words bits = (words)x;
    return (vec)((bits + 0x7fff + ((bits >> 16) & 1)) & 0xffff0000u);
}
#else
typedef float element;
static inline float get(element x) { return x; }
static inline element put(float x) { return x; }
static inline vec load(const element *from) {
    vec x;
    memcpy(&x, from, sizeof x);
    return x;
}
static inline void store(element *to, vec x) { memcpy(to, &x, sizeof x); }
static inline vec8 load8(const element *from) {
    vec8 x;
    memcpy(&x, from, sizeof x);
    return x;
}
static inline void store8(element *to, vec8 x) { memcpy(to, &x, sizeof x); }
static inline vec rounded(vec x) { return x; }
#endif

static inline vec loadf(const float *from) {
    vec x;
    memcpy(&x, from, sizeof x);
    return x;
}
static inline void storef(float *to, vec x) { memcpy(to, &x, sizeof x); }
static inline vec all(float x) { return x - (vec){0}; }
static inline vec choose(ints mask, vec a, vec b) {
    return (vec)((mask & (ints)a) | (~mask & (ints)b));
}
static inline float sum_of(vec x) { /* in a fixed order, as a tree */
    float a[LANES];
    memcpy(a, &x, sizeof a);
    for (int u = 0; u < 8; u++) a[u] += a[u + 8];
    for (int u = 0; u < 4; u++) a[u] += a[u + 4];
    return (a[0] + a[2]) + (a[1] + a[3]);
}
static inline float max_of(vec x) {
    float a[LANES];
    memcpy(a, &x, sizeof a);
    for (int u = 0; u < 8; u++) a[u] = a[u] > a[u + 8] ? a[u] : a[u + 8];
    for (int u = 0; u < 4; u++) a[u] = a[u] > a[u + 4] ? a[u] : a[u + 4];
    float b = a[0] > a[2] ? a[0] : a[2], c = a[1] > a[3] ? a[1] : a[3];
    return b > c ? b : c;
}

/* The first n < LANES elements; the others are `rest`. */
static inline vec load_part(const element *from, int64_t n, float rest) {
    vec x = all(rest);
    for (int64_t u = 0; u < n; u++) x[u] = get(from[u]);
    return x;
}

/* e^x to 2 ulp (Cephes' polynomial), x below 88; NaN stays NaN. */
static inline vec exp_of(vec x) {
    x = choose(x < -87.0f, all(-87.0f), x);
    vec n = (x * 1.44269504f + 12582912.0f) - 12582912.0f; /* rounds: 1.5 * 2^23 */
    vec r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    vec p = all(1.9875691500e-4f);
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    return p * (vec)((__builtin_convertvector(n, ints) + 127) << 23);
}

static inline vec sigmoid(vec x) {
    return 1.0f / (1.0f + exp_of(choose(x < -80.0f, all(80.0f), -x)));
}

/* y = w * x / rms(x); rstd (T) is kept for the way back. */
void rms_forward(const element *RESTRICT x, const element *RESTRICT w, element *RESTRICT y,
                 float *RESTRICT rstd, int64_t T, int64_t D, float epsilon) {
    for (int64_t t = 0; t < T; t++, x += D, y += D) {
        vec squares = {0};
        for (int64_t j = 0; j < D; j += LANES) squares += load(x + j) * load(x + j);
        float r = rstd[t] = 1.0f / sqrtf(sum_of(squares) / (float)D + epsilon);
        for (int64_t j = 0; j < D; j += LANES)
            store(y + j, load(w + j) * rounded(load(x + j) * r));
    }
}

/* dx += gradient through rms_forward; dw (D, float) += that of the weight. */
void rms_backward(const element *RESTRICT dy, const element *RESTRICT x,
                  const element *RESTRICT w, const float *RESTRICT rstd, element *RESTRICT dx,
                  float *RESTRICT dw, int64_t T, int64_t D) {
    for (int64_t t = 0; t < T; t++, x += D, dy += D, dx += D) {
        vec dots = {0};
        float r = rstd[t];
        for (int64_t j = 0; j < D; j += LANES) dots += load(dy + j) * load(w + j) * load(x + j);
        float c = sum_of(dots) * r * r / (float)D;
        for (int64_t j = 0; j < D; j += LANES) {
            vec g = load(dy + j), v = load(x + j);
            storef(dw + j, loadf(dw + j) + g * v * r);
            store(dx + j, load(dx + j) + (g * load(w + j) - v * c) * r);
        }
    }
}

/* Rotate one head by its position's angle (turn = 1), or back (turn = -1). */
static inline void rotate(const element *RESTRICT in, element *RESTRICT out,
                          const float *RESTRICT cosine, const float *RESTRICT sine, int64_t half,
                          float turn) {
    int64_t j = 0;
    for (; j + 8 <= half; j += 8) {
        vec8 a = load8(in + j), z = load8(in + j + half), c, s;
        memcpy(&c, cosine + j, sizeof c);
        memcpy(&s, sine + j, sizeof s);
        s *= turn;
        store8(out + j, a * c - z * s);
        store8(out + j + half, z * c + a * s);
    }
    for (; j < half; j++) {
        float a = get(in[j]), z = get(in[j + half]), s = sine[j] * turn;
        out[j] = put(a * cosine[j] - z * s);
        out[j + half] = put(z * cosine[j] + a * s);
    }
}

/* qkv (T, (H + 2K) d) → rotated queries (B, H, L, d) and keys, and values (B, K, L, d).
 * Line b holds tokens first[b] … first[b] + length[b] - 1; the rest of it is zero.
 * cosine and sine are (L or more, d / 2). */
void to_lines(const element *RESTRICT qkv, const float *RESTRICT cosine,
              const float *RESTRICT sine, const int32_t *RESTRICT first,
              const int32_t *RESTRICT length, element *RESTRICT q, element *RESTRICT k,
              element *RESTRICT v, int64_t B, int64_t H, int64_t K, int64_t L, int64_t d) {
    int64_t width = (H + 2 * K) * d, half = d / 2;
    size_t bytes = (size_t)d * sizeof(element);
    for (int64_t b = 0; b < B; b++)
        for (int64_t h = 0; h < H + 2 * K; h++) {
            element *line = h < H       ? q + (b * H + h) * L * d
                            : h < H + K ? k + (b * K + h - H) * L * d
                                        : v + (b * K + h - H - K) * L * d;
            const element *token = qkv + first[b] * width + h * d;
            int64_t n = length[b];
            if (h < H + K)
                for (int64_t i = 0; i < n; i++)
                    rotate(token + i * width, line + i * d, cosine + i * half, sine + i * half,
                           half, 1.0f);
            else
                for (int64_t i = 0; i < n; i++) memcpy(line + i * d, token + i * width, bytes);
            memset(line + n * d, 0, (size_t)(L - n) * bytes);
        }
}

/* The way back of to_lines: gradients of lines → gradient of qkv. */
void from_lines(element *RESTRICT dqkv, const float *RESTRICT cosine, const float *RESTRICT sine,
                const int32_t *RESTRICT first, const int32_t *RESTRICT length,
                const element *RESTRICT dq, const element *RESTRICT dk,
                const element *RESTRICT dv, int64_t B, int64_t H, int64_t K, int64_t L,
                int64_t d) {
    int64_t width = (H + 2 * K) * d, half = d / 2;
    size_t bytes = (size_t)d * sizeof(element);
    for (int64_t b = 0; b < B; b++)
        for (int64_t h = 0; h < H + 2 * K; h++) {
            const element *line = h < H       ? dq + (b * H + h) * L * d
                                  : h < H + K ? dk + (b * K + h - H) * L * d
                                              : dv + (b * K + h - H - K) * L * d;
            element *token = dqkv + first[b] * width + h * d;
            int64_t n = length[b];
            if (h < H + K)
                for (int64_t i = 0; i < n; i++)
                    rotate(line + i * d, token + i * width, cosine + i * half, sine + i * half,
                           half, -1.0f);
            else
                for (int64_t i = 0; i < n; i++) memcpy(token + i * width, line + i * d, bytes);
        }
}

/* rows (n, H d) ← lines (B, H, L, d): row r stands in line line[r] at position at[r]. */
void rows_from_lines(element *RESTRICT rows, const element *RESTRICT lines,
                     const int32_t *RESTRICT line, const int32_t *RESTRICT at, int64_t n,
                     int64_t H, int64_t L, int64_t d) {
    for (int64_t r = 0; r < n; r++)
        for (int64_t h = 0; h < H; h++)
            memcpy(rows + (r * H + h) * d, lines + ((line[r] * H + h) * L + at[r]) * d,
                   (size_t)d * sizeof(element));
}

/* The inverse; positions without a row are zero. */
void lines_from_rows(const element *RESTRICT rows, element *RESTRICT lines,
                     const int32_t *RESTRICT line, const int32_t *RESTRICT at, int64_t n,
                     int64_t B, int64_t H, int64_t L, int64_t d) {
    memset(lines, 0, (size_t)(B * H * L * d) * sizeof(element));
    for (int64_t r = 0; r < n; r++)
        for (int64_t h = 0; h < H; h++)
            memcpy(lines + ((line[r] * H + h) * L + at[r]) * d, rows + (r * H + h) * d,
                   (size_t)d * sizeof(element));
}

static const ints COUNT = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

/* Causal softmax of scale * scores in place: n rows of L; row r is query r mod L and sees the
 * `window` positions up to itself. `row` is scratch for L floats. */
void softmax_forward(element *RESTRICT scores, float *RESTRICT row, int64_t n, int64_t L,
                     float scale, int64_t window) {
    for (int64_t r = 0; r < n; r++, scores += L) {
        int32_t i = (int32_t)(r % L), low = window < L ? i - (int32_t)window + 1 : 0;
        int64_t end = (i / LANES + 1) * LANES;
        vec most = all(-INFINITY), sums = {0};
        for (int64_t j = 0; j < end; j += LANES) {
            ints at = COUNT + (int32_t)j;
            vec s = choose((at <= i) & (at >= low), load(scores + j) * scale, all(-INFINITY));
            storef(row + j, s);
            most = choose(s > most, s, most);
        }
        float top = max_of(most);
        for (int64_t j = 0; j < end; j += LANES) {
            ints at = COUNT + (int32_t)j;
            vec e = exp_of(loadf(row + j) - top);
            e = choose((at <= i) & (at >= low), e, all(0.0f));
            storef(row + j, e);
            sums += e;
        }
        float inverse = 1.0f / sum_of(sums);
        for (int64_t j = 0; j < end; j += LANES) store(scores + j, loadf(row + j) * inverse);
        memset(scores + end, 0, (size_t)(L - end) * sizeof(element));
    }
}

/* dp → gradient of the scores, in place, given the probabilities p of softmax_forward. */
void softmax_backward(const element *RESTRICT p, element *RESTRICT dp, int64_t n, int64_t L,
                      float scale) {
    for (int64_t r = 0; r < n; r++, p += L, dp += L) {
        int64_t end = ((r % L) / LANES + 1) * LANES;
        vec dots = {0};
        for (int64_t j = 0; j < end; j += LANES) dots += load(p + j) * load(dp + j);
        float c = sum_of(dots);
        for (int64_t j = 0; j < end; j += LANES)
            store(dp + j, load(p + j) * (load(dp + j) - c) * scale);
        memset(dp + end, 0, (size_t)(L - end) * sizeof(element));
    }
}

/* h (n, M) = silu(gate) * up, of gate_up (n, 2M). */
void swiglu_forward(const element *RESTRICT gate_up, element *RESTRICT h, int64_t n, int64_t M) {
    for (int64_t r = 0; r < n; r++, gate_up += 2 * M, h += M)
        for (int64_t j = 0; j < M; j += LANES) {
            vec g = load(gate_up + j);
            store(h + j, g * sigmoid(g) * load(gate_up + j + M));
        }
}

/* dh (n, M) → gradient of gate_up (n, 2M), in gate_up's place. */
void swiglu_backward(const element *RESTRICT dh, element *RESTRICT gate_up, int64_t n, int64_t M) {
    for (int64_t r = 0; r < n; r++, gate_up += 2 * M, dh += M)
        for (int64_t j = 0; j < M; j += LANES) {
            vec g = load(gate_up + j), up = load(gate_up + j + M), out = load(dh + j);
            vec s = sigmoid(g);
            store(gate_up + j, out * up * s * (1.0f + g * (1.0f - s)));
            store(gate_up + j + M, out * g * s);
        }
}

/* Logits (S, V) → their gradient, in place, of the loss sum times `scale`. Returns the loss sum. */
double cross_entropy(element *RESTRICT logits, const int64_t *RESTRICT labels, int64_t S,
                     int64_t V, float scale) {
    double loss = 0;
    int64_t whole = V / LANES * LANES, rest = V - whole;
    for (int64_t r = 0; r < S; r++, logits += V) {
        vec most = load_part(logits + whole, rest, -INFINITY);
        for (int64_t j = 0; j < whole; j += LANES) {
            vec x = load(logits + j);
            most = choose(x > most, x, most);
        }
        float top = max_of(most), label = get(logits[labels[r]]);
        vec last = exp_of(load_part(logits + whole, rest, -INFINITY) - top), sums = {0};
        for (int64_t u = 0; u < rest; u++) sums[u] = last[u];
        for (int64_t j = 0; j < whole; j += LANES) sums += exp_of(load(logits + j) - top);
        float sum = sum_of(sums), factor = scale / sum;
        loss += (double)(logf(sum) + top - label);
        for (int64_t j = 0; j < whole; j += LANES)
            store(logits + j, exp_of(load(logits + j) - top) * factor);
        for (int64_t u = 0; u < rest; u++) logits[whole + u] = put(last[u] * factor);
        logits[labels[r]] = put((expf(label - top) / sum - 1.0f) * scale);
    }
    return loss;
}

/* Gradient of the embedding: dw (V, D, float) += rows of dx at their ids. */
void embedding_backward(const element *RESTRICT dx, const int64_t *RESTRICT ids,
                        float *RESTRICT dw, int64_t T, int64_t D) {
    for (int64_t t = 0; t < T; t++, dx += D)
        for (int64_t j = 0; j < D; j += LANES)
            storef(dw + ids[t] * D + j, loadf(dw + ids[t] * D + j) + load(dx + j));
}

/* Sum of squares of a gradient (N, a multiple of LANES). */
double sum_of_squares(const element *RESTRICT grad, int64_t N) {
    double sum = 0;
    for (int64_t start = 0; start < N; start += 4096) { /* float32 within a block, double over all */
        vec squares = {0};
        int64_t end = start + 4096 < N ? start + 4096 : N;
        for (int64_t j = start; j < end; j += LANES) squares += load(grad + j) * load(grad + j);
        sum += (double)sum_of(squares);
    }
    return sum;
}

/* AdamW without decay, as torch's: float32 weights and moments; `work` is the weights' image in
 * `element` (the weights themselves in float32). rate is the learning rate over 1 - beta1^t, root
 * the square root of 1 - beta2^t; the gradient is multiplied by `scale` (clipping) first. */
void adamw(float *weights, const element *RESTRICT grad, float *RESTRICT first,
           float *RESTRICT second, element *work, int64_t N, float scale, float rate, float root,
           float beta1, float beta2, float epsilon) {
    for (int64_t j = 0; j < N; j += LANES) {
        vec g = load(grad + j) * scale, m = loadf(first + j), v = loadf(second + j), spread;
        m += (g - m) * (1.0f - beta1);
        v = v * beta2 + g * g * (1.0f - beta2);
        for (int u = 0; u < LANES; u++) spread[u] = sqrtf(v[u]);
        vec w = loadf(weights + j) - m / (spread / root + epsilon) * rate;
        storef(first + j, m);
        storef(second + j, v);
        storef(weights + j, w);
        store(work + j, w);
    }
}

/* One token more of every row of a decoding batch. qkv (R, (H + 2K) d): the key and value of row r
 * go to place[r] of its line in keys and values (R or more, K, L, d), its queries attend to places
 * 0 … place[r] of it: seen (R, H d). scores (L) is scratch; L is a multiple of LANES. A row's sums
 * depend on nothing but the row. Heads that are no whole vectors are read into the next place (times
 * zero): d is LANES or more, and the last place of a line is never used. */
void attend_next(const element *RESTRICT qkv, const float *RESTRICT cosine,
                 const float *RESTRICT sine, element *RESTRICT keys, element *RESTRICT values,
                 const int64_t *RESTRICT place, element *RESTRICT seen, float *RESTRICT scores,
                 int64_t R, int64_t H, int64_t K, int64_t L, int64_t d, float scale) {
    int64_t width = (H + 2 * K) * d, half = d / 2, wide = (d + LANES - 1) / LANES * LANES;
    size_t bytes = (size_t)d * sizeof(element);
    element query[wide], part[LANES];
    memset(query, 0, (size_t)wide * sizeof(element));
    for (int64_t r = 0; r < R; r++, qkv += width)
        for (int64_t h = 0; h < H; h++, seen += d) {
            int64_t k = h / (H / K), at = place[r], n = at + 1;
            const float *c = cosine + at * half, *s = sine + at * half;
            element *key = keys + (r * K + k) * L * d, *value = values + (r * K + k) * L * d;
            if (h % (H / K) == 0) {
                rotate(qkv + (H + k) * d, key + at * d, c, s, half, 1.0f);
                memcpy(value + at * d, qkv + (H + K + k) * d, bytes);
            }
            rotate(qkv + h * d, query, c, s, half, 1.0f);
            for (int64_t j = 0; j < n; j++) {
                vec sum = {0};
                for (int64_t u = 0; u < wide; u += LANES)
                    sum += load(query + u) * load(key + j * d + u);
                scores[j] = sum_of(sum) * scale;
            }
            for (int64_t j = n; j % LANES; j++) scores[j] = -INFINITY;
            vec most = all(-INFINITY), sums = {0};
            for (int64_t j = 0; j < n; j += LANES)
                most = choose(loadf(scores + j) > most, loadf(scores + j), most);
            float top = max_of(most);
            for (int64_t j = 0; j < n; j += LANES) {
                vec x = loadf(scores + j);
                x = choose(x > -INFINITY, exp_of(x - top), (vec){0});
                storef(scores + j, x);
                sums += x;
            }
            float inverse = 1.0f / sum_of(sums);
            for (int64_t u = 0; u < d; u += LANES) {
                vec even = {0}, odd = {0};
                for (int64_t j = 0; j < n - 1; j += 2) {
                    even += scores[j] * load(value + j * d + u);
                    odd += scores[j + 1] * load(value + (j + 1) * d + u);
                }
                if (n % 2) even += scores[n - 1] * load(value + (n - 1) * d + u);
                store(part, (even + odd) * inverse);
                memcpy(seen + u, part, (size_t)(u + LANES < d ? LANES : d - u) * sizeof(element));
            }
        }
}
