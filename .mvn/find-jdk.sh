# Sourced by mvnw and heritage: leaves JAVA_HOME pointing at a JDK 25 or later, or says what to install and exits 69.
# The default java of a machine is often older, so the usual places are searched: JAVA_HOME, JDK25_HOME, the java on the
# PATH, the distributions' folders, SDKMAN, jenv, asdf, mise, IntelliJ, Homebrew and macOS.

heritage_jdk_major() {
  # The release file is read rather than java started: it costs 30 ms less a candidate. Without javac it is no JDK.
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

heritage_find_jdk() {
  path_java=$(command -v java 2>/dev/null || true)
  [ -z "$path_java" ] || path_java=$(readlink -f "$path_java" 2>/dev/null || printf %s "$path_java")
  for candidate in "${JAVA_HOME:-}" "${JDK25_HOME:-}" "${JAVA_HOME_25_X64:-}" "${path_java%/bin/java}" \
    /usr/lib/jvm/*25* /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/*jdk* /usr/local/*jdk* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.asdf/installs/java/* "$HOME"/.local/share/mise/installs/java/* \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ -n "$candidate" ] || continue
    major=$(heritage_jdk_major "$candidate") || continue
    if [ "${major:-0}" -ge 25 ]; then
      JAVA_HOME=$candidate
      export JAVA_HOME
      return 0
    fi
  done
  {
    echo "Heritage needs a JDK 25 or later and found none (java on the PATH: ${path_java:-none})."
    echo "Install one, for instance Eclipse Temurin 25 (https://adoptium.net; on Debian and Ubuntu: apt install temurin-25-jdk"
    echo "from Adoptium's packages; with SDKMAN: sdk install java 25-tem), or name it: JAVA_HOME=/path/to/jdk-25"
  } >&2
  exit 69
}

heritage_find_jdk
