/* /coredns in the image: becomes the server, with the flags that lie beside it and the arguments of
 * CoreDNS. The image has no shell, and a shell could not do this either:
 *
 * The file has the capability to bind port 53 (cap_net_bind_service), as the binary of CoreDNS has.
 * Java must not have it, because the loader does not trust the libraries of a program with
 * capabilities; so it is handed on as an ambient one. Where the pod forbids new privileges, the file's
 * capability does not count, and port 53 is the container runtime's business, as it is with CoreDNS.
 */
#define _GNU_SOURCE
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define HOME "/opt/onoma/"
#define WORDS_MAX 64

/* For a command beside the server (doctor, explain), whose memory is within the same limit. */
static char *const small[] = {"-Xms8m", "-Xmx32m", "-Xmn3m", "-XX:TieredStopAtLevel=1", NULL};

/* When memory does not suffice for both, the command ends and not the server. */
static void yield_to_server(void) {
    FILE *file = fopen("/proc/self/oom_score_adj", "w");

    if (file != NULL) {
        fputs("1000", file);
        fclose(file);
    }
}

/* Whoever may bind ports below 1024 hands that on to what it becomes. */
static void keep_ports(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    const unsigned ports = 1u << CAP_NET_BIND_SERVICE;

    if (syscall(SYS_capget, &header, data) != 0 || !(data[0].permitted & ports))
        return;
    data[0].inheritable |= ports;
    if (syscall(SYS_capset, &header, data) == 0)
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_BIND_SERVICE, 0, 0);
}

int main(int argc, char **argv) {
    char *more = getenv("ONOMA_JAVA_OPTS");
    char **words = calloc((size_t)argc + WORDS_MAX + 16, sizeof *words);
    int n = 0;

    if (words == NULL || (more != NULL && (more = strdup(more)) == NULL))
        return 1;
    words[n++] = HOME "java/bin/java";
    words[n++] = "@" HOME "jvm.flags";
    words[n++] = "@" HOME "image.flags";
    if (argc > 1 && argv[1][0] != '-') {
        yield_to_server();
        for (char *const *flag = small; *flag != NULL; flag++)
            words[n++] = *flag;
    }
    if (more == NULL || strstr(more, "GC ") == NULL)
        if (more == NULL || strlen(more) < 2 || strcmp(more + strlen(more) - 2, "GC") != 0)
            words[n++] = "-XX:+UseSerialGC";
    if (more != NULL) {
        int first = n;
        for (char *word = strtok(more, " \t\n"); word != NULL; word = strtok(NULL, " \t\n")) {
            if (n - first == WORDS_MAX) {
                fprintf(stderr, "ONOMA_JAVA_OPTS has more than %d words\n", WORDS_MAX);
                return 2;
            }
            words[n++] = word;
        }
    }
    words[n++] = "@" HOME "class-path.flags";
    words[n++] = "dev.onoma.server.Main";
    for (int i = 1; i < argc; i++)
        words[n++] = argv[i];

    /* glibc would keep an arena for every thread that ever called malloc. */
    setenv("MALLOC_ARENA_MAX", "1", 0);
    keep_ports();
    execv(words[0], words);
    perror(words[0]);
    return 1;
}
