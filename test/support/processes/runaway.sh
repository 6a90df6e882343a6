#!/bin/sh
# A program whose place is always taken by another, in a session of its own and a moment later. Each writes its number to a file; the first
# lives, prints `pid <pid>` when the tenth is there, and the last is the five thousandth, or the one that finds the file gone.
#
# sh runaway.sh <file>
count=${2:-1}
[ "$count" -eq 1 ] && echo 1 > "$1"
[ -e "$1" ] && [ "$count" -lt 5000 ] || exit 0
echo "$count" > "$1"
[ "$count" -eq 10 ] && echo "pid $$"
setsid sh "$0" "$1" $((count + 1)) &
[ "$count" -gt 1 ] || exec sleep 600
exit 0
