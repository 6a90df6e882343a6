#!/bin/sh
# A tree of processes, each in a session of its own and so outside the group of the one above: prints `pid <pid>` for each.
#
# sh nomads.sh <generations> [manner …]
# stubborn: nobody goes at TERM; orphans: all between the first and the last go at once; cleared: each starts the next with an empty
# environment and closed outputs, and says its pid to /dev/fd/9, which is where the first has its stdout; leaves: the first ends by itself.
generations=$1
shift
case " $* " in *" stubborn "*) trap '' TERM ;; esac
[ "$NOMAD" = below ] || exec 9>&1
echo "pid $$" >&9
if [ "$generations" -gt 1 ]; then
  case " $* " in
    *" cleared "*) env -i NOMAD=below PATH="$PATH" setsid sh "$0" $((generations - 1)) "$@" < /dev/null > /dev/null 2>&1 & ;;
    *) NOMAD=below setsid sh "$0" $((generations - 1)) "$@" & ;;
  esac
  case " $* " in *" orphans "*) [ "$NOMAD" = below ] && exit 0 ;; esac
  case " $* " in *" leaves "*) [ "$NOMAD" = below ] || { sleep 0.5; exit 0; } ;; esac
fi
exec 9>&-
exec sleep 600
