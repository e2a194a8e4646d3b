#!/usr/bin/env bash
# Builds the fuzz targets and runs them: all, or those that are named, each for some seconds.
#
#   fuzz/run.sh                    all of them, 20 seconds each
#   fuzz/run.sh 60                 all of them, a minute each
#   fuzz/run.sh server 3600        one of them, an hour
#   fuzz/run.sh --build            builds and runs nothing
#
# Needs cargo, a C++ compiler, and no other toolchain than the stable one. What the corpus in fuzz/corpus lacks is
# put beside it, in fuzz/found; what fails is left in fuzz/artifacts, and the exit code is 1.
set -euo pipefail
cd "$(dirname "$0")"
targets=()
seconds=20
build_only=false
for word in "$@"; do
    case "$word" in
        --build) build_only=true ;;
        *[!0-9]*) targets+=("$word") ;;
        *) seconds="$word" ;;
    esac
done
mapfile -t all < <(sed -n 's/^name = "\(.*\)"$/\1/p' Cargo.toml | tail -n +2)
[ "${#targets[@]}" -gt 0 ] || targets=("${all[@]}")
for target in "${targets[@]}"; do
    if [[ ! " ${all[*]} " == *" $target "* ]]; then
        echo "there is no target $target; there are: ${all[*]}" >&2
        exit 2
    fi
done

# What cargo-fuzz asks for: coverage that libFuzzer reads.
flags="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4"
flags+=" -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
host=$(rustc -vV | sed -n 's/^host: //p')
# With --target the flags are not for build scripts and macros.
RUSTFLAGS="$flags" cargo build --quiet --release --target "$host"
$build_only && exit 0

case "$(uname)" in Linux) limit="-rss_limit_mb=2048" ;; *) limit="" ;; esac
failed=0
for target in "${targets[@]}"; do
    mkdir -p "found/$target" "artifacts/$target"
    words="tasq.dict"
    [ "$target" = decompile ] && words="xml.dict"
    log="found/$target.log"
    if "${CARGO_TARGET_DIR:-target}/$host/release/$target" -max_total_time="$seconds" -timeout=20 $limit \
        -max_len=4096 -dict="$words" -artifact_prefix="artifacts/$target/" -print_final_stats=1 \
        "found/$target" "corpus/$target" > "$log" 2>&1; then
        echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs, no fault"
    else
        tail -n 40 "$log"
        echo "$target: a fault; see fuzz/artifacts/$target and fuzz/$log"
        failed=1
    fi
done
exit "$failed"
