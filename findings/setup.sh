# Sourced by every finding: a temp folder that goes away again, pinned packages inside it, a server, and how
# a finding fails. Needs bash, node with npm, curl; Go or apt-get (as root) where a finding uses their packages.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
started=()
leave() {
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap leave EXIT
cd "$work"

# AWS's documented example keys, under the names that clients read, and nothing of the caller's own set-up.
unset AWS_PROFILE AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE AWS_SESSION_TOKEN AWS_ENDPOINT_URL AWS_CA_BUNDLE http_proxy HTTP_PROXY
export HOME=$work AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1 AWS_EC2_METADATA_DISABLED=true
export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE
export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
export NODE_NO_WARNINGS=1 GOFLAGS=-modcacherw GOTOOLCHAIN=local

# npm_packages NAME@VERSION... installs them, without running their scripts.
npm_packages() {
  npm install --silent --no-audit --no-fund --no-save --ignore-scripts --legacy-peer-deps "$@" >npm.log 2>&1 ||
    { cat npm.log >&2; exit 2; }
}

# npm_version NAME and debian_version NAME print the name and the version that was unpacked.
npm_version() {
  echo "$1 $(node -p 'JSON.parse(fs.readFileSync(process.argv[1])).version' "node_modules/$1/package.json")"
}
debian_version() { echo "$1 $(dpkg-deb -f debs/"$1"_*.deb Version)"; }

# go_modules MODULE@VERSION... makes a module in the current folder that requires them.
go_modules() {
  { go mod init finding && go get "$@"; } >"$work/go.log" 2>&1 || { cat "$work/go.log" >&2; exit 2; }
}

# debian_packages NAME=VERSION... unpacks them, and what they need that is not installed, into ./root.
debian_packages() {
  local wanted=(apt-get -s install -y --no-install-recommends "$@")
  "${wanted[@]}" >apt.plan 2>apt.log || { apt-get update -qq >/dev/null; "${wanted[@]}" >apt.plan; }
  mkdir -p debs root
  # "Inst NAME [OLD] (NEW ...)": a package already there in that version has no such line, and is added by hand.
  { printf '%s\n' "$@"; sed -nE 's/^Inst (\S+) (\[[^]]*\] )?\((\S+) .*/\1=\3/p' apt.plan; } | sort -u >apt.names
  (cd debs && xargs apt-get -q -o APT::Sandbox::User=root download <../apt.names >../apt.log 2>&1) ||
    { cat apt.log >&2; exit 2; }
  for deb in debs/*.deb; do dpkg-deb -x "$deb" root; done
  libraries=$(echo "$work"/root/usr/lib/*-linux-gnu)
  export LD_LIBRARY_PATH=$libraries:$work/root/usr/lib
  export PATH=$work/root/usr/bin:$work/root/usr/sbin:$PATH
}

# start COMMAND... runs it in the background, to be ended with the finding.
start() {
  "$@" &
  started+=($!)
}

# free_port prints a port of the loopback that nobody listens on.
free_port() {
  node -e 'const s = net.createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

# serve [NAME=VALUE...] starts s3.mjs on a free port of the loopback; its address is then in $host and $port.
serve() {
  rm -f port
  start env "$@" node "$here/s3.mjs" port
  for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
  port=$(cat port) host=127.0.0.1:$port
}
stored() { curl -s "http://$host/_keys"; }
asked() { curl -s "http://$host/_log"; }

# expect WHAT WANTED GOT prints what was seen, and fails when it is no longer what was found.
expect() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'CHANGED. Found was: %s\n' "$2" >&2; exit 1; }
}
