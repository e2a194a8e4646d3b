#!/usr/bin/env bash
# The Windows layer: builds, lints and tests the Windows program on Debian, under wine.
#
#   tests/windows/layer.sh            all of it; nothing is done when nothing changed since it last passed
#   tests/windows/layer.sh --force    all of it, whatever changed
#   tests/windows/layer.sh setup      packages, standard library and wine prefix only
#   tests/windows/layer.sh cargo …    cargo for x86_64-pc-windows-gnu, such as `cargo test -- windows::`
#   tests/windows/layer.sh restarts   only the runs over restarts and power cuts
#   tests/windows/layer.sh wine …     a Windows program in the prefix of the tests
#
# Missing packages are installed when it runs as root. Everything it makes lies in TASQ_WINDOWS_CACHE, by default
# `windows` in cargo's target folder; removing that folder starts anew.
set -euo pipefail

project=$(cd "$(dirname "$0")/../.." && pwd)
target=${CARGO_TARGET_DIR:-$project/target}
cache=${TASQ_WINDOWS_CACHE:-$target/windows}
gnu=x86_64-pc-windows-gnu
msvc=x86_64-pc-windows-msvc
packages=(gcc-mingw-w64-x86-64-win32 rustc-web cargo-web rust-web-src rust-web-clippy wine wine64 wixl msitools)

# A cargo that calls this script leaves its own settings behind; Debian's compiler must not see them.
for name in $(compgen -e | grep -E '^(CARGO|RUST)' || true); do
    case $name in
        CARGO_HOME | CARGO_HTTP_* | CARGO_NET_* | CARGO_REGISTRIES_* | CARGO_REGISTRY_* | RUST_BACKTRACE) ;;
        *) unset "$name" ;;
    esac
done
export RUSTC=/usr/bin/rustc CARGO=/usr/bin/cargo

say() { printf 'windows: %s\n' "$*"; }
stop() { say "$*" >&2; exit 1; }
began=$SECONDS
took() { say "$1 ($((SECONDS - began)) s)"; began=$SECONDS; }

# With the code 77 the test that runs this says that it was skipped.
install_packages() {
    local missing=()
    for package in "${packages[@]}"; do
        dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    if [ "$(id -u)" -ne 0 ]; then
        say "these packages are missing, and only root can install them: ${missing[*]}"
        exit 77
    fi
    say "installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    local install=(apt-get install -qq -y --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}")
    if ! "${install[@]}" >/dev/null 2>&1; then
        apt-get update -qq || say "the lists of packages could not be renewed"
        for package in "${missing[@]}"; do
            apt-cache show "$package" >/dev/null 2>&1 && continue
            say "this system has no package $package (Debian 12 has it, with its security updates)"
            [ -n "$(apt-cache search --names-only '^bash$')" ] && exit 77
            stop "apt knows no packages at all: is there a network?"
        done
        "${install[@]}" >/dev/null || stop "apt could not install ${missing[*]}: is there a network?"
    fi
    took "packages installed"
}

# Debian has the source of the standard library that fits its compiler, but no library for Windows. It is built once for
# each version of the compiler, which moves on with security updates.
build_std() {
    version=$(dpkg-query -W -f '${Version}' rustc-web)
    overlay=$cache/std-${version//[^A-Za-z0-9.+-]/_}
    work=$cache/build-${version//[^A-Za-z0-9.+-]/_}
    [ -e "$overlay/complete" ] && return
    say "building the standard library of $version"
    local scratch=$cache/std-scratch
    rm -rf "$scratch" "$overlay" "$cache"/build-*
    mkdir -p "$scratch/src" "$overlay/lib/rustlib"
    printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n' >"$scratch/Cargo.toml"
    : >"$scratch/src/lib.rs"
    (
        cd "$scratch"
        export RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=$scratch/target
        # The bitcode lets a project with link-time optimisation use the library.
        RUSTFLAGS=-Cembed-bitcode=yes "$CARGO" build --quiet --release -Zbuild-std=std,panic_unwind,test --target $gnu
        # A check needs to know the library's interface only, so nothing of it is compiled for MSVC.
        "$CARGO" check --quiet -Zbuild-std=std,panic_unwind,test --target $msvc
    )
    local triple
    for triple in $gnu $msvc; do
        mkdir -p "$overlay/lib/rustlib/$triple/lib"
    done
    find "$scratch/target/$gnu/release/deps" -name '*.rlib' ! -name 'libempty-*' \
        -exec cp -t "$overlay/lib/rustlib/$gnu/lib" {} +
    find "$scratch/target/$msvc/debug/deps" -name '*.rmeta' ! -name 'libempty-*' \
        -exec cp -t "$overlay/lib/rustlib/$msvc/lib" {} +
    ln -s "$(rustc_sysroot)/lib/rustlib/x86_64-unknown-linux-gnu" "$overlay/lib/rustlib/"
    rm -rf "$scratch"
    touch "$overlay/complete"
    took "standard library built"
}

rustc_sysroot() { "$RUSTC" --print sysroot; }

# A prefix as wine makes it, with the one library that wine lacks.
make_prefix() {
    export WINEDEBUG=-all WINEARCH=win64 WINEDLLOVERRIDES='mscoree,mshtml,winemenubuilder.exe=' 
    unset DISPLAY
    fresh=$cache/prefix-$(dpkg-query -W -f '${Version}' wine64 | tr -c 'A-Za-z0-9.+\n-' _)
    [ -e "$fresh/complete" ] && return
    say "making a wine prefix"
    rm -rf "$fresh"
    WINEPREFIX=$fresh wine wineboot -i >/dev/null 2>&1
    WINEPREFIX=$fresh wine winecfg -v win10 >/dev/null 2>&1
    WINEPREFIX=$fresh wineserver -w
    x86_64-w64-mingw32-gcc -shared -O1 -s -o "$fresh/drive_c/windows/system32/bcryptprimitives.dll" \
        "$project/tests/windows/shim.c" -ladvapi32
    touch "$fresh/complete"
    took "wine prefix made"
}

# Programs and installers that tests run.
make_fixtures() {
    export TASQ_WINDOWS_FIXTURES=Z:$cache/fixtures
    rm -rf "$cache/fixtures"
    mkdir -p "$cache/fixtures"
    (
        cd "$project/tests/windows/fixtures"
        x86_64-w64-mingw32-windres probe.rc -o "$cache/fixtures/probe.o"
        x86_64-w64-mingw32-gcc -O1 -s -o "$cache/fixtures/probe.exe" probe.c "$cache/fixtures/probe.o"
        local name
        for name in sample restart failing; do
            wixl -a x64 -o "$cache/fixtures/$name.msi" "$name.wxs"
        done
    )
    # wine's own is a stub that does nothing; this one tells how it was started.
    cp "$cache/fixtures/probe.exe" "$WINEPREFIX/drive_c/windows/system32/WindowsPowerShell/v1.0/powershell.exe"
}

# Tests change the registry, services and products: each run has a copy.
use_prefix() {
    export WINEPREFIX=$cache/prefix
    [ -d "$WINEPREFIX" ] && wineserver -k 2>/dev/null || true
    rm -rf "$WINEPREFIX"
    cp -a --reflink=auto "$fresh" "$WINEPREFIX"
    trap 'wineserver -k 2>/dev/null || true' EXIT
    trap 'exit 130' HUP INT TERM
    # One server for all tests: starting it is what takes long.
    wineserver -p
    wine cmd /c exit
}

prepare() {
    mkdir -p "$cache"
    # One at a time: two runs would share the prefix and the folders of the build.
    exec 9>"$cache/lock"
    flock 9
    install_packages
    build_std
    make_prefix
    export CARGO_TARGET_DIR=$work
    export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUSTFLAGS="--sysroot $overlay"
    export CARGO_TARGET_X86_64_PC_WINDOWS_MSVC_RUSTFLAGS="--sysroot $overlay"
    export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER=wine
    # Only for `check`, which links nothing: build scripts want some compiler for C, and an archive, if an empty one.
    local archiver=$cache/no-archive
    printf '#!/bin/sh\nfor word; do case $word in -out:*) : >"${word#-out:}" ;; esac; done\n' >"$archiver"
    chmod +x "$archiver"
    export CC_x86_64_pc_windows_msvc=x86_64-w64-mingw32-gcc AR_x86_64_pc_windows_msvc=$archiver
}

# Everything that the layer depends on, as one number.
fingerprint() {
    {
        dpkg-query -W -f '${Package} ${Version}\n' "${packages[@]}"
        cd "$project"
        find Cargo.toml Cargo.lock build.rs clippy.toml src grammar templates tests examples benches docs \
            -type f ! -name '*.snap.new' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
    } | sha256sum | cut -d' ' -f1
}

# The tests. Without symbols they are built faster, and wine loads the program faster.
tests() {
    CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_DEV_STRIP=symbols \
        "$CARGO" test --locked --quiet --target $gnu --test it "$@" \
        2> >(grep -v 'Read access denied for device' >&2)
}

# The power of the computer in the prefix is cut as soon as a test makes this file.
cut_power() {
    until [ -e "$1" ]; do sleep 0.1; done
    rm -f "$1"
    wineserver -k
}

# A test that a restart ends, too: it is started again until it says with a file that it is through. Ending the session and
# starting the services anew is the work of the restart itself (`ExitWindowsEx`), never of this script.
over_restarts() {
    # A prefix in which nothing was ever installed: removing a product leaves its folder behind.
    use_prefix
    make_fixtures
    local test=$1 place=$WINEPREFIX/drive_c/tasq-$2 start status watch
    wineserver -k 2>/dev/null || true
    for start in 1 2 3 4 5 6 7 8; do
        cut_power "$place/cut" &
        watch=$!
        status=0
        timeout 600 wine "$test_program" --ignored --exact "windows::restart::$test" >"$cache/restart.txt" 2>&1 || status=$?
        kill $watch 2>/dev/null || true
        wait $watch 2>/dev/null || true
        if [ -e "$place/over" ]; then
            took "$test (begun $start times)"
            return
        fi
        # What a failed test says, and not what was cut off in the middle.
        if [ $status -eq 101 ] || [ $status -eq 124 ]; then
            cat "$cache/restart.txt"
            stop "$test: failed with $status when it was begun for time $start"
        fi
        sleep 2
    done
    cat "$cache/restart.txt"
    stop "$test: not through, though it was begun $start times"
}

restarts() {
    local test=$1 place=$WINEPREFIX/drive_c/tasq-$2 start status watch
    wineserver -k 2>/dev/null || true
    for start in 1 2 3 4; do
        timeout 60 wineserver -w || stop "$test: something still runs before start $start"
        cut_power "$place/cut" &
        watch=$!
        status=0
        timeout 600 wine "$test_program" --ignored --exact "windows::restart::$test" >"$cache/restart.txt" 2>&1 || status=$?
        kill $watch 2>/dev/null || true
        wait $watch 2>/dev/null || true
        if [ -e "$place/over" ]; then
            took "$test: through at start $start"
            return
        fi
        # What a failed test says, and not what was cut off in the middle.
        if [ $status -eq 101 ] || [ $status -eq 124 ]; then
            cat "$cache/restart.txt"
            stop "$test: failed at start $start with $status"
        fi
        say "$test: start $start is over"
    done
    stop "$test: not through after $start starts"
}

restarts() {
    # The program of the tests itself: cargo would stand between it and its end.
    test_program=$(tests --no-run --message-format=json |
        grep -o '"executable":"[^"]*/it-[^"]*"' | cut -d'"' -f4)
    over_restarts an_installer_restarts_and_the_run_goes_on_by_itself install
    over_restarts after_a_power_cut_the_step_fails_by_default cut-fail
    over_restarts after_a_power_cut_the_step_is_retried_when_that_is_wanted cut-retry
}

# What the portable layer has done already and Windows cannot answer otherwise: documents, exports of other people, rules of
# the house, and thousands of damaged or generated files, which only compute. Files and paths among the damaged ones stay.
skip=(tidy:: docs:: corpus:: fidelity:: genuine:: windows_layer properties:: secrets_shown:: bad_input:: cli::a_huge_source cli::nesting
    cli::explain_new_vocabulary lsp::session::lsp_survives)
portable() {
    local name skipped=()
    for name in "${skip[@]}"; do skipped+=(--skip "$name"); done
    tests -- --skip windows:: "${skipped[@]}"
    tests -- bad_input::places_that bad_input::mended::an_empty_file
}

layer() {
    prepare
    local now
    now=$(fingerprint)
    if [ "${1:-}" != --force ] && [ "$(cat "$cache/passed" 2>/dev/null)" = "$now" ]; then
        say "nothing changed since the layer passed; --force runs it again"
        return
    fi
    rm -f "$cache/passed"
    cd "$project"
    # A compiler that Debian has renewed may have lints that nobody has looked at yet: they are shown and fail nothing.
    local deny=()
    [[ $version == 1.96.* ]] && deny=(-D warnings)
    /usr/bin/cargo-clippy clippy --locked --quiet --all-targets --target $gnu -- "${deny[@]}"
    took "clippy for $gnu"
    "$CARGO" check --locked --quiet --target $msvc
    took "check for $msvc"
    tests --no-run
    took "tests built"
    use_prefix
    make_fixtures
    # One at a time: wine's COM and its installer service wait for each other when several threads begin with them.
    tests -- windows:: --test-threads=1
    took "tests of the host under $(wine --version)"
    portable
    took "portable tests under $(wine --version)"
    restarts
    echo "$now" >"$cache/passed"
}

case ${1:-} in
    '' | --force) layer "$@" ;;
    setup) prepare ;;
    cargo)
        prepare
        use_prefix
        make_fixtures
        shift
        verb=$1
        shift
        CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_DEV_STRIP=symbols "$CARGO" "$verb" --target $gnu "$@"
        ;;
    wine)
        prepare
        use_prefix
        shift
        wine "$@"
        ;;
    restarts)
        prepare
        restarts
        ;;
    *) stop "unknown argument $1; the first lines of this file say what there is" ;;
esac
