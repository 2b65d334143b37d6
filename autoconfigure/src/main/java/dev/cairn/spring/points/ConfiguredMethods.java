package dev.cairn.spring.points;

import java.lang.reflect.Method;
import java.util.List;
import java.util.function.Function;

import dev.cairn.ApplicationFrames;
import dev.cairn.spring.points.PointsProperties.PointProperties;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.ClassUtils;

/**
 * The methods of a point in the configuration. Each such point has an advisor of its own,
 * since Spring provides the name of a bean only when it looks for the advisors of the
 * bean.
 */
final class ConfiguredMethods extends PointMethods {

	private final String name;

	private final PointProperties properties;

	private final ApplicationFrames application;

	private final MethodSelector selector;

	private final Point point;

	/**
	 * Creates the methods of a point.
	 * @throws InvalidConfigurationPropertyValueException if a property is invalid
	 */
	ConfiguredMethods(Points points, String name, PointProperties properties, ApplicationFrames application) {
		super(points);
		this.application = application;
		this.name = name;
		this.properties = properties;
		try {
			this.selector = selector();
			this.point = points.add(name, properties.toDefinition(name));
		}
		catch (InvalidPointException ex) {
			throw invalid(ex);
		}
	}

	private MethodSelector selector() {
		String method = this.properties.method();
		String pointcut = this.properties.pointcut();
		if ((method == null) == (pointcut == null)) {
			throw new InvalidPointException("method", method,
					"Set either this property or " + property("pointcut") + ", but not both.");
		}
		return (method != null) ? parse("method", method, MethodSelector::named)
				: parse("pointcut", pointcut, MethodSelector::pointcut);
	}

	private static MethodSelector parse(String part, @Nullable String text, Function<String, MethodSelector> parser) {
		try {
			return parser.apply(text);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidPointException(part, text, String.valueOf(ex.getMessage()));
		}
	}

	private InvalidConfigurationPropertyValueException invalid(InvalidPointException ex) {
		return new InvalidConfigurationPropertyValueException(property(ex.part()), ex.value(), ex.reason());
	}

	String property(String part) {
		return "cairn.points." + this.name + "." + part;
	}

	String name() {
		return this.name;
	}

	PointProperties properties() {
		return this.properties;
	}

	/** Returns whether the calls of a method are published as events of a type. */
	boolean publishes(String eventType, Class<?> type, Method method, @Nullable String beanName) {
		return this.point.definition().type().equals(eventType) && isCandidate(type, beanName)
				&& isSelected(type, method);
	}

	@Override
	protected boolean isCandidate(Class<?> type, @Nullable String beanName) {
		return this.selector.selects(type, beanName)
				&& (this.selector.names(type) || this.application.contains(ClassUtils.getUserClass(type).getName()));
	}

	@Override
	protected boolean isSelected(Class<?> type, Method method) {
		return this.selector.selects(method, type);
	}

	@Override
	List<Point> points(Class<?> type, Method method, Signature signature, @Nullable String beanName) {
		try {
			return List.of(this.point.with(signature));
		}
		catch (InvalidPointException ex) {
			throw invalid(ex);
		}
	}

}
