/** CO-RE: matching local types against a target kernel's BTF and computing each relocation. */
package dev.skep.object.core;
