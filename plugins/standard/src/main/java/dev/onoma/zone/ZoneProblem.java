package dev.onoma.zone;

/// Something that is wrong with a zone, or doubtful.
///
/// @param place `FILE:LINE`, or what a record came from
/// @param message one line
public record ZoneProblem(String place, String message) {
    @Override
    public String toString() {
        return place + ": " + message;
    }
}
