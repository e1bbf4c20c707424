/// Plays DNS scenarios: texts that hold a Corefile, what is given, and queries with their answers.
///
/// Start at [Scenarios], which turns texts and folders into JUnit tests. [ScenarioParser] reads the
/// grammar (told there), [Player] plays a [Scenario] against a [Subject]: a process, or a server
/// inside this JVM. [Upstream] is the scripted server the subject asks; [Client] asks the subject.
/// Authors of third-party plugins test with the same classes.
@NullMarked
package dev.onoma.testkit;

import org.jspecify.annotations.NullMarked;
