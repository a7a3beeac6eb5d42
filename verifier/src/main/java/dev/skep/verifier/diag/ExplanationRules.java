package dev.skep.verifier.diag;

import java.util.List;
import java.util.regex.Pattern;

/** What to say about each of Linux's messages, the first match first. A table; not subject to the size limit. */
final class ExplanationRules {
    /**
     * A message, as a regular expression that is searched for, and what to say; {@code $1} stands for its first group.
     */
    record Rule(Pattern message, String text, String hint) {}

    static final List<Rule> ALL = List.of(
            rule(
                    "^internal error",
                    "The verifier met a case it has no answer for. This is a fault of the verifier.",
                    "Please report it together with the program."),
            rule(
                    "R(\\d+) !read_ok",
                    "Register r$1 is read, but on some path nothing was ever stored in it, or a call has "
                            + "overwritten it (r1 to r5 do not survive calls).",
                    "Initialise the variable on every path; keep values needed after a call in r6 to r9 or on the "
                            + "stack."),
            rule(
                    "frame pointer is read only",
                    "The program writes to r10, which always points to the stack frame.",
                    "Copy r10 to another register first."),
            rule("R(\\d+) is invalid", "There is no register r$1.", ""),
            rule(
                    "invalid mem access 'map_value_or_null'",
                    "The result of a map lookup is used without checking whether the key was found.",
                    "Check the pointer against NULL before using it."),
            rule(
                    "R(\\d+) invalid mem access '(\\w+)_or_null_?'",
                    "r$1 may be NULL here, and it is used as a pointer.",
                    "Check the pointer against NULL first."),
            rule(
                    "R(\\d+) invalid mem access 'scalar'",
                    "r$1 is used as an address, but it is a plain number here: it never was a pointer, or the "
                            + "object behind it has been released or the packet may have moved.",
                    "Fetch the pointer again after calls that release or move what it points to."),
            rule(
                    "R(\\d+) invalid mem access '(.+)'",
                    "r$1 has type $2, which cannot be read or written directly.",
                    "Use the helper made for that type."),
            rule(
                    "R(\\d+) offset is outside of the packet",
                    "The access may go beyond the bytes of the packet that were compared with data_end.",
                    "Compare pointer + size with data_end on this path before the access."),
            rule(
                    "R(\\d+) min value is outside of the allowed memory range",
                    "The lowest possible address is before the object's beginning, or already beyond its end.",
                    "Check the lower bound of the index, and the object's size."),
            rule(
                    "R(\\d+) max value is outside of the allowed memory range",
                    "The highest possible address is beyond the object's end.",
                    "Bound the index so that index + size stays within the object, for example with a comparison or "
                            + "a mask."),
            rule(
                    "R(\\d+) min value is negative, either use unsigned index",
                    "The index in r$1 may be negative.",
                    "Make the index unsigned, or check that it is not below zero."),
            rule(
                    "R(\\d+) min value is negative, either use unsigned or 'var &= const'",
                    "The size in r$1 may be negative.",
                    "Make the size unsigned, or check that it is not below zero."),
            rule(
                    "R(\\d+) unbounded memory access",
                    "Nothing limits the value in r$1 from above, so the access may be anywhere.",
                    "Compare it with a constant, or mask it, before it is used; the compiler must keep the check "
                            + "and the use in the same register."),
            rule(
                    "R(\\d+) invalid zero-sized read",
                    "The size in r$1 may be zero, and this function does not take a size of zero.",
                    "Check that the size is above zero."),
            rule(
                    "unbounded min value is not allowed",
                    "A number without a lower bound is added to a pointer.",
                    "Check the lower bound, or make the number unsigned."),
            rule(
                    "math between \\S+ pointer and (\\S+) is not allowed",
                    "Adding $1 would move the pointer far outside of any object.",
                    ""),
            rule(
                    "pointer offset \\S+ is not allowed|makes \\S+ pointer be out of bounds",
                    "The pointer is moved too far away from its object.",
                    "Keep offsets below 2^29."),
            rule(
                    "R(\\d+) tried to subtract pointer from scalar",
                    "A pointer is subtracted from a number, which gives neither.",
                    ""),
            rule(
                    "subtraction from stack pointer prohibited",
                    "The stack pointer may only be moved by adding.",
                    "Add a negative number."),
            rule(
                    "pointer arithmetic on (\\S+) prohibited, null-check it first",
                    "The pointer may be NULL and is moved before it was checked.",
                    "Check it against NULL first."),
            rule(
                    "R(\\d+) pointer arithmetic on (\\S+) prohibited",
                    "A pointer of type $2 cannot be moved.",
                    "Copy what you need, or start from a pointer that may be moved."),
            rule(
                    "pointer arithmetic prohibited|bitwise operator|pointer arithmetic with",
                    "Only 64-bit addition and subtraction work on pointers.",
                    "Do the arithmetic on numbers and add the result to the pointer."),
            rule(
                    "pointer \\+= pointer prohibited|pointer -= pointer prohibited",
                    "Two pointers are combined, which gives no address.",
                    ""),
            rule(
                    "invalid write to stack R(\\d+) off=(-?\\d+) size=(\\d+)",
                    "$3 bytes at offset $2 from the frame pointer are written, outside of the 512 bytes of stack "
                            + "below it.",
                    "Use offsets from -512 to -1; put big objects in a map."),
            rule(
                    "invalid (?:variable-offset |unbounded variable-offset )(read|write)",
                    "The stack is accessed at an offset that is not known well enough.",
                    "Bound the index tightly, or use a map for the array."),
            rule(
                    "invalid read from stack",
                    "Bytes of the stack are read that were never written, are out of bounds, or belong to an object "
                            + "such as a dynptr.",
                    "Initialise the variable before passing it on."),
            rule(
                    "invalid size of register (?:spill|fill)",
                    "A pointer on the stack must be stored and loaded whole, as eight bytes.",
                    ""),
            rule(
                    "misaligned",
                    "The address is not a multiple of the access size, as this kind of memory demands.",
                    "Align the field, or read it byte by byte."),
            rule(
                    "combined stack size of (\\d+) calls is (\\d+)",
                    "The functions on one call chain need $2 bytes of stack together; 512 are allowed.",
                    "Move big local variables to a map, or call less deeply."),
            rule(
                    "the call stack of (\\d+) frames is too deep",
                    "More than 8 functions are on the stack at once.",
                    "Inline functions or turn recursion into a loop."),
            rule(
                    "invalid bpf_context access off=(\\d+) size=(\\d+)",
                    "The context has no field of $2 bytes at offset $1 that this program type may use in this way.",
                    "Check which fields this program type may read or write; some only at their full size."),
            rule(
                    "dereference of modified (\\S+) ptr",
                    "The $1 pointer was moved before the access; only constant offsets in the access itself are "
                            + "allowed.",
                    "Access the field through the original pointer."),
            rule(
                    "variable (\\S+) access",
                    "The $1 pointer was moved by an amount that is not constant.",
                    "Use constant offsets."),
            rule("cannot write into (\\S+)", "This memory ($1) is read-only for this program.", ""),
            rule(
                    "write into map forbidden|read from map forbidden",
                    "The map's flags forbid this access from programs.",
                    ""),
            rule(
                    "R(\\d+) type=(\\S+) expected=(.+)",
                    "r$1 is passed as an argument of the wrong kind: it is $2, and one of these is needed: $3.",
                    ""),
            rule(
                    "program of this type cannot use helper (\\S+)#\\d+",
                    "The helper $1 is not available to programs of this type.",
                    "Check the program's section name, or use another helper."),
            rule(
                    "invalid func (\\S+)#(\\d+)",
                    "The kernel has no helper with number $2.",
                    "The kernel may be too old for this program."),
            rule(
                    "cannot call GPL-restricted function",
                    "This helper is only for programs under a GPL-compatible licence.",
                    "Declare the licence in the license section, if the program is under it."),
            rule(
                    "helper call might sleep",
                    "This helper may sleep, and the program runs where sleeping is impossible.",
                    "Use a sleepable program type (.s section)."),
            rule(
                    "cannot pass map_type (\\d+) into func (\\S+)#",
                    "The helper $2 does not work on maps of this type.",
                    ""),
            rule(
                    "reference leak|Unreleased reference",
                    "The program ends, on some path, while it still holds an object that it must give back.",
                    "Release or submit what was acquired on every path, error paths included."),
            rule(
                    "cannot be used inside (\\S+)-ed region",
                    "This cannot be done after $1 without undoing that first.",
                    "Leave the region before."),
            rule(
                    "must be referenced when passed to release function",
                    "What is released here was not acquired, or has already been released.",
                    ""),
            rule(
                    "is an unacquired reference",
                    "What is released here was never acquired, or has already been released.",
                    ""),
            rule(
                    "cannot overwrite referenced dynptr",
                    "The stack bytes of a dynptr that must be released are overwritten.",
                    "Submit or discard the dynptr first."),
            rule(
                    "Expected an initialized dynptr as arg #(\\d+)",
                    "Argument $1 is not an initialised dynptr: it was never made, has been released, or its bytes "
                            + "were overwritten.",
                    "Make it with the matching bpf_dynptr_from_* or reserve call on every path."),
            rule(
                    "Dynptr has to be an uninitialized dynptr",
                    "A dynptr is made in a place that already holds one.",
                    "Release it first, or use another variable."),
            rule(
                    "expected an initialized iter_(\\S+)",
                    "The iterator is used before it was made, or after it was destroyed.",
                    "Call its _new function first."),
            rule(
                    "expected an? uninitialized iter_(\\S+)",
                    "An iterator is made where one lives already.",
                    "Destroy it first."),
            rule(
                    "infinite loop detected|old state:",
                    "A loop comes back to exactly the same state, so nothing would ever end it.",
                    "Make sure that the loop changes a variable that its condition depends on."),
            rule(
                    "BPF program is too large",
                    "The verifier visited as many instructions as it may and was not done: too many paths, or a "
                            + "loop with too many rounds.",
                    "Bound loops, use bpf_loop or an iterator, or move code to global functions."),
            rule(
                    "The sequence of (\\d+) jumps is too complex",
                    "Too many branches are waiting to be checked at once.",
                    "Simplify the function, or split it into global functions."),
            rule("unreachable insn (\\d+)", "No path leads to instruction $1.", "Remove the dead code."),
            rule("back-edge from insn", "The program has a loop, which this loader's privileges do not allow.", ""),
            rule("jump out of range", "A jump leaves its function.", ""),
            rule(
                    "last insn is not an exit or jmp",
                    "A function runs off its end.",
                    "End every function with exit or a jump."),
            rule("unknown opcode|invalid BPF_\\w+ insn|reserved fields", "An instruction is malformed.", ""),
            rule(
                    "At (program exit|callback return|async callback return|subprogram exit) the register R0",
                    "The return value is not what this kind of function must return.",
                    "Return one of the values named in the message on every path."),
            rule("R0 not a scalar value|R0 leaks addr", "The return value is a pointer, and must be a number.", ""),
            rule(
                    "Possibly NULL pointer passed",
                    "An argument may be NULL, and must not be.",
                    "Check it against NULL before the call."),
            rule(
                    "must be referenced or trusted",
                    "The pointer may dangle: it was not acquired and is not one of the program's own arguments.",
                    "Acquire the object first, or use a pointer that the kernel vouches for."),
            rule(
                    "must be a rcu pointer",
                    "The pointer must be protected by RCU here.",
                    "Take bpf_rcu_read_lock around loading and using it."),
            rule(
                    "calling kernel function (\\S+) is not allowed without --features (\\S+)",
                    "Linux 6.18 has no $1: it is off unless asked for.",
                    "Allow it with `--features $2`, or LoadOptions.features and the Feature of that name."),
            rule(
                    "Unsupported reg type (fp|map_key|\\w*ptr_) for bpf_dynptr_from_mem data",
                    "Linux makes dynptrs over map values only. Skep can make them over stack, map keys and allocated "
                            + "objects too, as an extension that is off unless asked for.",
                    "Use a map value, or allow it with `--features stack-dynptr` (Feature.STACK_DYNPTR)."),
            rule("calling kernel function (\\S+) is not allowed", "Programs of this type may not call $1.", ""),
            rule(
                    "kernel function (\\S+) args#(\\d+) expected pointer",
                    "The argument points to an object of another type than $1 takes.",
                    ""),
            rule(
                    "bpf_spin_lock at off=(\\d+) must be held for (\\S+)",
                    "The list or tree is used without holding the lock that belongs to it.",
                    "Take the bpf_spin_lock beside $2 first."),
            rule(
                    "function calls are not allowed while holding a lock",
                    "Nothing but unlocking and list or tree operations may be called with a lock held.",
                    "Unlock first."),
            rule("tracing progs cannot use (\\S+) yet", "Tracing programs cannot use maps whose values have a $1.", ""),
            rule(
                    "cannot be accessed directly by load/store",
                    "This field belongs to the kernel.",
                    "Use the functions made for it."),
            rule(
                    "access beyond (?:the end of member|struct)",
                    "The offset is outside of the kernel struct, or crosses a member's end.",
                    "Check the type; use bpf_core_read for structs that differ between kernels."),
            rule("only read is supported", "Kernel objects can be read but not written.", ""),
            rule("div by zero", "A constant divisor is zero.", ""),
            rule(
                    "Caller passes invalid args into func#(\\d+) \\('(\\S+)'\\)",
                    "The arguments of the call do not fit the prototype of the global function $2.",
                    "See the line before in the log."),
            rule("fd (-?\\d+) is not pointing to valid bpf_map", "An instruction names a map that does not exist.", ""),
            rule(
                    "call unknown#195896080|CO-RE relocation",
                    "The code depends on a kernel type or field that this kernel does not have.",
                    "Guard it with bpf_core_field_exists or bpf_core_type_exists."),
            rule(
                    "leaks addr|leaking pointer",
                    "A kernel address would become visible, which this loader's privileges do not allow.",
                    ""));

    private ExplanationRules() {}

    private static Rule rule(String message, String text, String hint) {
        return new Rule(Pattern.compile(message), text, hint);
    }
}
