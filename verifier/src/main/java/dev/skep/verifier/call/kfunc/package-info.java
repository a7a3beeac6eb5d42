/**
 * Calls of kernel functions: what each parameter is (from the kernel's types and the names' suffixes), what the call
 * does to objects, iterators, lists, trees and regions, and what it returns.
 */
package dev.skep.verifier.call.kfunc;
