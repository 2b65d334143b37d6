package dev.cairn.spring.points;

import java.util.List;

/**
 * What a point is, and what it did so far.
 *
 * @param name the name by which it can be changed
 * @param methods the methods that it serves
 * @param point what it publishes of them now
 * @param published events that a sink accepted
 * @param failed expressions that could not be evaluated
 */
public record PointReport(String name, List<String> methods, Point point, long published, long failed) {
}
