# Sourced by ./skep and ./test: finds a JDK 25 or newer and exports JAVA_HOME, or says what to install and returns 1.
# Order: JAVA_HOME, java on the PATH, the usual JVM folders of Debian, Fedora, macOS, SDKMAN and asdf.

skep_java_version() {
    "$1/bin/java" -version 2>&1 | sed -n '1s/.*version "\([0-9]*\).*/\1/p'
}

skep_find_jdk() {
    local candidate version
    for candidate in "${JAVA_HOME:-}" \
        "$(command -v javac >/dev/null 2>&1 && dirname "$(dirname "$(readlink -f "$(command -v javac)")")")" \
        /usr/lib/jvm/* /opt/java/* /opt/jdk* /usr/java/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
        "$HOME"/.asdf/installs/java/*; do
        [ -n "$candidate" ] && [ -x "$candidate/bin/javac" ] || continue
        version=$(skep_java_version "$candidate")
        if [ -n "$version" ] && [ "$version" -ge 25 ]; then
            export JAVA_HOME=$candidate
            return 0
        fi
    done
    echo "skep: no JDK 25 or newer found. Install one (Debian: apt-get install openjdk-25-jdk or temurin-25-jdk;" \
        "macOS: brew install openjdk) or set JAVA_HOME to it." >&2
    return 1
}
