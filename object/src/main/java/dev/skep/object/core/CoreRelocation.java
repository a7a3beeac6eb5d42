package dev.skep.object.core;
/** placeholder until the reader lands */
final class CoreRelocation { private CoreRelocation() {} }
