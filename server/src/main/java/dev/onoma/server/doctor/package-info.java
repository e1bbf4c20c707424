/// `onoma doctor`: why a name is not answered as it should be. [DoctorCommand] reads the words,
/// [Doctor] goes from step to step, [Report] tells. What should be answered is known to a plugin
/// ([dev.onoma.api.Examinable]).
@NullMarked
package dev.onoma.server.doctor;

import org.jspecify.annotations.NullMarked;
