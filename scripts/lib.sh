# Shared by the scripts of this folder: messages, the .NET SDK, Debian packages. Sourced, never run.
# shellcheck shell=bash

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en

say() { printf '==> %s\n' "$*" >&2; }

die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# The SDK that global.json asks for. It is the one thing that these scripts never install.
require_dotnet() {
  command -v dotnet >/dev/null 2>&1 ||
    die 'the .NET SDK 10 is missing: install it from https://dot.net/download and run this again'
  (cd "$ROOT" && dotnet --version >/dev/null 2>&1) ||
    die "the .NET SDK 10 is missing (found: $(dotnet --list-sdks 2>/dev/null | cut -d' ' -f1 | paste -sd' ')): install it from https://dot.net/download"
}

# have_program NAME: also looks where an account that is not root has no PATH (sshd lives in /usr/sbin).
have_program() { PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null 2>&1; }

# install_packages PACKAGE...: installs Debian packages, or says that somebody must.
install_packages() {
  command -v apt-get >/dev/null 2>&1 || die "install these programs first (Debian's package names): $*"
  ((EUID == 0)) || die "install these packages first: sudo apt-get install $*"
  say "installing $* (apt-get)"
  { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends "$@"; } >&2 ||
    die "apt-get could not install: $*"
}

# require_programs PROGRAM:PACKAGE...: installs the packages of the programs that are missing.
require_programs() {
  local pair packages=()
  for pair in "$@"; do
    have_program "${pair%%:*}" || packages+=("${pair#*:}")
  done
  ((${#packages[@]})) || return 0
  mapfile -t packages < <(printf '%s\n' "${packages[@]}" | sort -u)
  install_packages "${packages[@]}"
  for pair in "$@"; do
    have_program "${pair%%:*}" || die "${pair%%:*} is still missing after installing ${pair#*:}"
  done
}

# The OpenSSH programs that tests and benchmarks use as peers.
require_openssh() {
  require_programs ssh:openssh-client scp:openssh-client sftp:openssh-client ssh-keygen:openssh-client \
    sshd:openssh-server setsid:util-linux
}

# build CONFIGURATION [PROJECT]: quiet when it works, complete when it does not.
build() {
  local log
  log=$(mktemp)
  say "building ${2:-Bastion.sln} ($1)"
  if ! (cd "$ROOT" && dotnet build "${2:-Bastion.sln}" -c "$1" -v q --tl:off) >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    die 'the build failed'
  fi
  rm -f "$log"
}
