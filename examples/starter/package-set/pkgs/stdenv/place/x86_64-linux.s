# place DIRECTORY… +FILE…: makes directories (one that exists is fine) and makes files executable.
# as x86_64-linux.s -o place.o && ld -n -s place.o -o x86_64-linux
        .globl  _start
_start: pop     %rax                    # argc
        pop     %rdi                    # argv[0]
next:   pop     %rdi
        test    %rdi, %rdi
        jz      done
        mov     $0755, %esi
        mov     $83, %eax               # mkdir
        cmpb    $'+, (%rdi)
        jne     call
        inc     %rdi
        mov     $90, %eax               # chmod
call:   syscall
        test    %eax, %eax
        jz      next
        cmp     $-17, %eax              # EEXIST
        je      next
        mov     $1, %edi
        jmp     exit
done:   xor     %edi, %edi
exit:   mov     $60, %eax
        syscall
