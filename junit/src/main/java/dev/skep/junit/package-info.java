/** A JUnit extension: a test names an object file and gets it loaded, verified and closed again. */
package dev.skep.junit;
