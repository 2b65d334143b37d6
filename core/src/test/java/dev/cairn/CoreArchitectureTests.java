package dev.cairn;

import java.util.ArrayList;
import java.util.List;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.conditions.ArchConditions;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.cairn.engine.CairnBuilder;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The directions of the core.
 */
class CoreArchitectureTests {

	private static final JavaClasses CORE = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("dev.cairn");

	@Test
	void seesTheWholeCore() {
		assertThat(CORE.contain(Cairn.class)).isTrue();
		assertThat(CORE.contain("dev.cairn.kafka.KafkaDestination")).isTrue();
		assertThat(CORE.contain(CoreArchitectureTests.class)).isFalse();
	}

	@Test
	void neverTouchesSpring() {
		noClasses().should().dependOnClassesThat().resideInAnyPackage("org.springframework..").check(CORE);
	}

	@Test
	void dependsOnNothingThatAUserMayNotHave() {
		classes().that()
			.resideOutsideOfPackages("dev.cairn.kafka", "dev.cairn.sentry", "dev.cairn.statsd", "dev.cairn.metrics")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage("java..", "dev.cairn..", "org.slf4j..", "org.jspecify..", "tools.jackson.core..")
			.check(CORE);
	}

	@Test
	void keepsTheVocabularyFreeOfTheRooms() {
		classes().that()
			.resideInAPackage("dev.cairn")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage("java..", "org.slf4j..", "org.jspecify..", "dev.cairn", "dev.cairn.internal")
			.check(CORE);
	}

	@Test
	void keepsTheHelpersFreeOfEverythingElse() {
		classes().that()
			.resideInAPackage("dev.cairn.internal")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage("java..", "org.slf4j..", "org.jspecify..", "dev.cairn.internal")
			.check(CORE);
	}

	@Test
	void keepsRedactionFreeOfEverythingElse() {
		classes().that()
			.resideInAPackage("dev.cairn.redaction")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage("java..", "org.jspecify..", "tools.jackson.core..", "dev.cairn.redaction")
			.check(CORE);
	}

	@Test
	void keepsContextOnTheVocabulary() {
		rooms("dev.cairn.context").should(seeOnly("dev.cairn.context")).check(CORE);
	}

	@Test
	void keepsIncidentsFreeOfTheEngineAndOfDelivery() {
		rooms("dev.cairn.incident").should(seeOnly("dev.cairn.incident", "dev.cairn.context")).check(CORE);
	}

	@Test
	void keepsEncodingOnTheVocabulary() {
		rooms("dev.cairn.encoding").should(seeOnly("dev.cairn.encoding")).check(CORE);
	}

	@Test
	void keepsDeliveryOnEncoding() {
		rooms("dev.cairn.delivery").should(seeOnly("dev.cairn.delivery", "dev.cairn.encoding")).check(CORE);
	}

	@Test
	void keepsTheEngineFreeOfTechnologies() {
		rooms("dev.cairn.engine")
			.should(seeOnly("dev.cairn.engine", "dev.cairn.incident", "dev.cairn.delivery", "dev.cairn.encoding",
					"dev.cairn.context"))
			.check(CORE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "dev.cairn.metrics", "dev.cairn.event", "dev.cairn.annotation" })
	void keepsMetricsEventsAndAnnotationsOnTheVocabulary(String room) {
		rooms(room).should(seeOnly(room)).check(CORE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "dev.cairn.kafka", "dev.cairn.sentry", "dev.cairn.file" })
	void keepsTechnologiesOnDeliveryAndEncoding(String technology) {
		rooms(technology).should(seeOnly(technology, "dev.cairn.delivery", "dev.cairn.encoding")).check(CORE);
	}

	@Test
	void keepsStatsdOnDeliveryAndMetrics() {
		rooms("dev.cairn.statsd").should(seeOnly("dev.cairn.statsd", "dev.cairn.delivery", "dev.cairn.metrics"))
			.check(CORE);
	}

	/** A builder and what it builds may see each other: what it builds reads it once. */
	@ParameterizedTest
	@ValueSource(strings = { "dev.cairn.engine", "dev.cairn.incident", "dev.cairn.delivery", "dev.cairn.file" })
	void hasNoCyclesBetweenClasses(String room) {
		slices().assignedFrom(topLevelClassesOf(room))
			.should()
			.beFreeOfCycles()
			.ignoreDependency(DescribedPredicate.alwaysTrue(), JavaClass.Predicates.belongToAnyOf(CairnBuilder.class))
			.check(CORE);
	}

	/** RATIONALE.md has the reason for each thread-local outside of the context. */
	@Test
	void keepsThreadLocalsInContext() {
		noClasses().that()
			.haveNameNotMatching(
					"dev\\.cairn\\.(context\\.ThreadContext|internal\\.(Extensions|Threads)|sentry\\.DirectEvents)(\\$.*)?")
			.should()
			.dependOnClassesThat()
			.areAssignableTo(ThreadLocal.class)
			.check(CORE);
	}

	private static GivenClassesConjunction rooms(String... packages) {
		return classes().that().resideInAnyPackage(packages);
	}

	/** All rooms see the vocabulary, the helpers and the redactor. */
	private static ArchCondition<JavaClass> seeOnly(String... packages) {
		List<String> seen = new ArrayList<>(List.of(packages));
		seen.add("dev.cairn");
		seen.add("dev.cairn.internal");
		seen.add("dev.cairn.redaction");
		return ArchConditions
			.onlyDependOnClassesThat(DescribedPredicate.not(JavaClass.Predicates.resideInAPackage("dev.cairn.."))
				.or(JavaClass.Predicates.resideInAnyPackage(seen.toArray(new String[0]))));
	}

	private static SliceAssignment topLevelClassesOf(String room) {
		return new SliceAssignment() {

			@Override
			public SliceIdentifier getIdentifierOf(JavaClass type) {
				String name = type.getName();
				int nested = name.indexOf('$');
				return type.getPackageName().equals(room)
						? SliceIdentifier.of((nested >= 0) ? name.substring(0, nested) : name)
						: SliceIdentifier.ignore();
			}

			@Override
			public String getDescription() {
				return "top-level classes of " + room;
			}

		};
	}

	@Test
	void keepsOneTechnologyFromAnother() {
		slices().matching("dev.cairn.(kafka|sentry|statsd|file)..").should().notDependOnEachOther().check(CORE);
	}

	@Test
	void keepsDeliveryFreeOfTechnologies() {
		noClasses().that()
			.resideInAnyPackage("dev.cairn.delivery", "dev.cairn.encoding", "dev.cairn.internal")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("dev.cairn.kafka", "dev.cairn.sentry", "dev.cairn.statsd", "dev.cairn.file")
			.check(CORE);
	}

	@Test
	void keepsSentryInItsRoom() {
		noClasses().that()
			.resideOutsideOfPackage("dev.cairn.sentry")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.sentry..")
			.check(CORE);
	}

	@Test
	void keepsMicrometerInItsRooms() {
		noClasses().that()
			.resideOutsideOfPackages("dev.cairn.metrics", "dev.cairn.statsd")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.micrometer..")
			.check(CORE);
	}

	@Test
	void keepsKafkaInItsRoom() {
		noClasses().that()
			.resideOutsideOfPackage("dev.cairn.kafka")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.apache.kafka..")
			.check(CORE);
	}

	@Test
	void hasNoCycles() {
		slices().matching("dev.(**)").should().beFreeOfCycles().check(CORE);
	}

	@Test
	void marksEveryPackageAgainstNulls() {
		classes().should(resideInANullMarkedPackage()).check(CORE);
	}

	private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
		return new ArchCondition<>("reside in a package that is @NullMarked") {

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
				events.add(new SimpleConditionEvent(type, marked,
						type.getName() + " resides in " + type.getPackageName() + ", which is not @NullMarked"));
			}

		};
	}

}
