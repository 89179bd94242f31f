# Runs under any POSIX shell with its builtins and `place` alone; `set` is the caller's.

copy() {
  while IFS= read -r line || [ -n "$line" ]; do printf '%s\n' "$line"; done <"$1" >"$2"
}

# The name of a store path without its hash.
nameOf() {
  name=${1##*/}
  case $name in ????????????????????????????????-*) name=${name#*-} ;; esac
}

for output in $outputs; do
  eval "$place \"\$$output\""
done

$place "$out/share" "$out/share/$pname" "$out/share/$pname/patches"
[ -z "$src" ] || copy "$src" "$out/share/$pname/source"
says="$pname $version"
for patch in $patches; do
  nameOf "$patch"
  copy "$patch" "$out/share/$pname/patches/$name"
  says="$says, ${name%.patch}"
done

# What a real build would link against: named here, so that the closure holds it.
for input in $buildInputs; do printf '%s\n' "$input"; done >"$out/share/$pname/inputs"

if [ -n "$mainProgram" ]; then
  programs=${bin:-$out}
  $place "$programs/bin"
  printf '#!/bin/sh\necho "%s"\n' "$says" >"$programs/bin/$mainProgram"
  $place "+$programs/bin/$mainProgram"
fi

if [ -n "${dev:-}" ]; then
  $place "$dev/lib" "$dev/lib/pkgconfig"
  printf 'Name: %s\nVersion: %s\nLibs: -L%s/lib\n' "$pname" "$version" "$out" >"$dev/lib/pkgconfig/$pname.pc"
fi
