# Sourced by ./skep and ./test: builds the command line's jar and its start-up cache, with progress on standard error.

skep_build() {
    local home=$1 log started
    log=$(mktemp)
    started=$SECONDS
    echo "skep: building (the first time this fetches Maven and libraries, about a minute) ..." >&2
    "$home/mvnw" -B -f "$home/pom.xml" -pl cli -am -DskipTests package >"$log" 2>&1 &
    local pid=$!
    while kill -0 $pid 2>/dev/null; do
        sleep 1
        if [ -t 2 ]; then
            printf '\rskep: %3d s  %-60.60s' $((SECONDS - started)) "$(grep -o 'Building .*\[[0-9]*/[0-9]*\]' "$log" | tail -1)" >&2
        fi
    done
    [ -t 2 ] && printf '\r%80s\r' '' >&2
    if ! wait $pid; then
        grep -E 'ERROR|FAILURE' "$log" | head -20 >&2
        echo "skep: the build failed; the whole log is $log" >&2
        return 1
    fi
    rm -f "$log"
    echo "skep: built in $((SECONDS - started)) s" >&2
    skep_start_cache "$home"
}

# Records the classes that a verification and a replay load, and how their methods ran, so that the JVM starts with both. Failure is harmless: no cache, slower start.
skep_start_cache() {
    local jar=$1/cli/target/skep.jar cache=$1/cli/target/skep.aot
    rm -f "$cache"
    # the heap as in ./skep: objects in the cache need not be moved then
    "$JAVA_HOME/bin/java" -XX:AOTCacheOutput="$cache" -XX:+UseSerialGC -Xmx1g --enable-native-access=ALL-UNNAMED \
        -cp "$jar" dev.skep.cli.StartCacheTraining verify "$1"/examples/*/*.bpf.o \
        --- run "$1"/examples/tcp-options/tcp_options.bpf.o "$1"/examples/tcp-options/web.pcap --out /dev/null >/dev/null 2>&1 || true
}
