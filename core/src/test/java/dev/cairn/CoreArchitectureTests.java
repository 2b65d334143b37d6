package dev.cairn;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

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
