// place DIRECTORY… +FILE…: makes directories (one that exists is fine) and makes files executable.
// as aarch64-linux.s -o place.o && ld -n -s place.o -o aarch64-linux
        .globl  _start
_start: add     x19, sp, 16             // argv[1]
next:   ldr     x1, [x19], 8
        cbz     x1, done
        mov     x0, -100                // AT_FDCWD
        mov     x2, 0755
        mov     x8, 34                  // mkdirat
        ldrb    w3, [x1]
        cmp     w3, '+'
        b.ne    call
        add     x1, x1, 1
        mov     x8, 53                  // fchmodat
call:   svc     0
        cbz     w0, next
        cmn     w0, 17                  // EEXIST
        b.eq    next
        mov     x0, 1
        b       exit
done:   mov     x0, 0
exit:   mov     x8, 93
        svc     0
