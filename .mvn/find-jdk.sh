# Sourced by mvnw and heritage: leaves JAVA_HOME pointing at a JDK 25 or later, or says what to install and exits 69.
# It also sets a UTF-8 locale and HOME where there is none, as under cron, systemd and in containers.
# The default java of a machine is often older, so the usual places are searched: JAVA_HOME, JDK25_HOME, the java on the
# PATH, the distributions' folders, SDKMAN, jenv, asdf, mise, IntelliJ, Homebrew and macOS.

# Java reads and writes file names in the character set of the locale: in that of C a path with an umlaut does not exist.
heritage_utf8() {
  [ "$(locale charmap 2>/dev/null)" != UTF-8 ] || return 0
  for heritage_locale in C.UTF-8 C.utf8 en_US.UTF-8; do
    # A machine without the command "locale" is given the first.
    [ "$(LC_ALL=$heritage_locale locale charmap 2>/dev/null || echo UTF-8)" = UTF-8 ] || continue
    LC_ALL=$heritage_locale
    export LC_ALL
    return 0
  done
}
heritage_utf8

if [ -z "${HOME:-}" ]; then
  HOME=$(getent passwd "$(id -u)" 2>/dev/null | cut -d: -f6)
  HOME=${HOME:-/}
  export HOME
fi

heritage_jdk_major() {
  # The release file is read rather than java started: it costs 30 ms less a candidate. Without javac it is no JDK, which
  # is all the same where nothing is built (heritage_built).
  [ -x "$1/bin/javac" ] || [ -n "${heritage_built:-}" ] || return 1
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
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
