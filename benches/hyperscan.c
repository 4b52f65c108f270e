/* The same patterns by Hyperscan, where its library is installed: reads a file
 * whole, then prints the bytes and the seconds of processor time of the median
 * of nine scans. Patterns stand in a second file, one a line. */
#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static unsigned long long hits;

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context) {
    (void)id, (void)from, (void)to, (void)flags, (void)context;
    hits++;
    return 0;
}

static char *whole(const char *name, size_t *length) {
    FILE *file = fopen(name, "rb");
    if (!file) exit(2);
    fseek(file, 0, SEEK_END);
    *length = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*length + 1);
    if (!bytes || fread(bytes, 1, *length, file) != *length) exit(2);
    bytes[*length] = 0;
    fclose(file);
    return bytes;
}

static int by_value(const void *one, const void *other) {
    double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

int main(int count, char **names) {
    if (count != 3) return 2;
    size_t text_length, list_length;
    char *text = whole(names[1], &text_length), *list = whole(names[2], &list_length);
    const char *patterns[2000];
    unsigned flags[2000], ids[2000], total = 0;
    for (char *line = strtok(list, "\n"); line && total < 2000; line = strtok(NULL, "\n")) {
        patterns[total] = line;
        flags[total] = HS_FLAG_CASELESS;
        ids[total] = total;
        total++;
    }
    hs_database_t *database;
    hs_compile_error_t *error;
    if (hs_compile_multi(patterns, flags, ids, total, HS_MODE_BLOCK, NULL, &database, &error) != HS_SUCCESS) {
        fprintf(stderr, "%s\n", error->message);
        return 1;
    }
    hs_scratch_t *scratch = NULL;
    if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS) return 1;
    double times[9];
    for (int round = 0; round < 9; round++) {
        struct timespec begin, end;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
        hs_scan(database, text, (unsigned)text_length, 0, scratch, on_match, NULL);
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
        times[round] = (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
    }
    qsort(times, 9, sizeof *times, by_value);
    printf("%zu %.9f\n", text_length, times[4]);
    return 0;
}
