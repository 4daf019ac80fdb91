import { randomNumbers } from '../random.mjs';
import { readRules } from './program.mjs';

const goals = [
  { name: 'q1, graduates in one course', goal: 'q1(X)' },
  { name: 'q2, graduates of their own university', goal: 'q2(X, U, D)' },
  { name: 'q3, professors of one department', goal: 'q3(X, Name, Email)' },
  { name: 'q4, people of one department', goal: 'q4(X)' },
  { name: 'q5, all students', goal: 'q5(X)' },
  { name: 'q6, students of one professor', goal: 'q6(X, C)' },
  { name: 'q7, all students and their addresses', goal: 'q7(X, D, Email)' },
  { name: "q8, students in their advisors' courses", goal: 'q8(X, F, C)' },
  { name: 'q9, chairs', goal: 'q9(X, D)' },
  { name: 'q10, what research groups are within', goal: 'q10(G, O)' },
  { name: 'q11, what all courses need', goal: 'q11(C, D)' },
  { name: 'q12, who is linked by papers', goal: 'q12(X)' },
  { name: 'q13, courses taken too early', goal: 'q13(X, C, D)' },
];
const arities = goals.map(({ goal }) => `${goal.split('(')[0]}/${goal.split(',').length}`);

/** @type {import('./program.mjs').Program} */
export const program = {
  rules: readRules('university'),
  tabled: ['within/2', 'needs/2', 'linked/2', ...arities],
  facts: () => university(15),
  goals,
  part: {
    facts: () => university(1),
    goals: [0, 2, 4, 5].map((i) => ({
      name: `${goals[i].name}, one department in all`,
      goal: goals[i].goal,
    })),
  },
};

/** Numbers of people and their courses, groups and papers as in the benchmark's own generator. */
function university(departments) {
  const random = randomNumbers(4);
  const between = (least, most) => least + Math.floor(random() * (most - least + 1));
  const oneOf = (items) => items[Math.floor(random() * items.length)];
  const someOf = (count, items) => new Set(Array.from({ length: count }, () => oneOf(items)));
  const facts = [];
  const is = (predicate, ...args) => facts.push({ predicate, args, confidence: 1 });
  /** What was read out of texts, and so is not certain. */
  const seems = (predicate, ...args) =>
    facts.push({ predicate, args, confidence: Number((0.7 + random() * 0.3).toFixed(3)) });
  const person = (kind, id, department) => {
    is(kind, id);
    is('name', id, `"${id}"`);
    is('email_address', id, `"${id}@${department}.edu"`);
    is('telephone', id, `"${between(100, 999)}-${between(1000, 9999)}"`);
    return id;
  };
  const university = () => `u${between(0, 199)}`;

  is('university', 'u0');
  for (const college of ['c0', 'c1', 'c2']) {
    is('college', college);
    is('sub_organization_of', college, 'u0');
  }
  for (let d = 0; d < departments; d++) {
    const department = `d${d}`;
    is('department', department);
    is('sub_organization_of', department, `c${d % 3}`);
    for (let g = between(10, 20); g > 0; g--) {
      const group = `rg${d}_${g}`;
      is('research_group', group);
      // Some groups are part of others.
      is('sub_organization_of', group, g < 15 ? department : `rg${d}_${between(1, 9)}`);
    }

    const faculty = [
      ['full_professor', 'fp', between(7, 10), [15, 20]],
      ['associate_professor', 'ap', between(10, 14), [10, 18]],
      ['assistant_professor', 'sp', between(8, 11), [5, 10]],
      ['lecturer', 'le', between(5, 7), [0, 5]],
    ].flatMap(([kind, prefix, count, papers]) =>
      Array.from({ length: count }, (_, i) => ({
        id: person(kind, `${prefix}${d}_${i}`, department),
        isProfessor: kind !== 'lecturer',
        papers: between(...papers),
      })),
    );
    is('head_of', `fp${d}_0`, department);
    const courses = [];
    const graduateCourses = [];
    const teach = (teacher, kind, prefix, into) => {
      const course = `${prefix}${d}_${into.length}`;
      is(kind, course);
      is('teacher_of', teacher, course);
      for (const before of someOf(into.length === 0 ? 0 : between(0, 2), into))
        is('prerequisite', course, before);
      into.push(course);
    };
    for (const { id } of faculty) {
      if (id !== `fp${d}_0`) is('works_for', id, department);
      is('undergraduate_degree_from', id, university());
      is('masters_degree_from', id, university());
      is('doctoral_degree_from', id, university());
      is('research_interest', id, `"Research${between(0, 29)}"`);
      for (let i = between(1, 2); i > 0; i--) teach(id, 'course', 'co', courses);
      for (let i = between(1, 2); i > 0; i--) teach(id, 'graduate_course', 'gc', graduateCourses);
    }
    const professors = faculty.filter(({ isProfessor }) => isProfessor).map(({ id }) => id);

    const graduates = Array.from({ length: faculty.length * between(3, 4) }, (_, i) =>
      person('graduate_student', `gs${d}_${i}`, department),
    );
    for (const [i, id] of graduates.entries()) {
      is('member_of', id, department);
      is('undergraduate_degree_from', id, university());
      seems('advisor', id, oneOf(professors));
      for (const course of someOf(between(1, 3), graduateCourses)) is('takes_course', id, course);
      if (i % 5 === 0) is('teaching_assistant_of', id, oneOf(courses));
      if (i % 4 === 1) is('research_assistant', id);
    }
    const undergraduates = Array.from({ length: faculty.length * between(8, 14) }, (_, i) =>
      person('undergraduate_student', `us${d}_${i}`, department),
    );
    for (const [i, id] of undergraduates.entries()) {
      is('member_of', id, department);
      if (i % 5 === 0) seems('advisor', id, oneOf(professors));
      for (const course of someOf(between(2, 4), courses)) is('takes_course', id, course);
    }
    for (const { id, papers } of faculty) {
      for (let i = 0; i < papers; i++) {
        const paper = `pa_${id}_${i}`;
        is('publication', paper);
        seems('publication_author', paper, id);
        for (const author of someOf(between(0, 3), graduates)) seems('publication_author', paper, author);
      }
    }
  }
  return facts;
}
