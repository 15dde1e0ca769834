"""The wrong equations in GSM8K's own gold answers, by split and row (from 0), checked by hand.

Both styles, Socratic and plain, have them in the same rows. Of an answer whose mark is right and
whose text is not (`8*3 = <<80*3=240>>240`) it is the text that is wrong.
"""

FAULTS: dict[tuple[str, int], str] = {
    ("train", 167): "192*100=1920, a digit lost; the final answer is wrong too",
    ("train", 168): "6*2.5 = 18; the croissants cost 3, as the mark says",
    ("train", 224): "4080 + 4080 / 2 = 4000 + 2040; 80 lost on the way",
    ("train", 716): "100 * 0.75 = $0.75; cents and dollars mixed",
    ("train", 1817): "1550 / 50 = 29; 1450 is meant, as the line before has it",
    ("train", 3002): "8*3 = 240; 80 is meant, as the mark says",
    ("train", 3233): ".8 + . 84 + .82, a blank within a number: it reads 84 + .82 = 2.46",
    ("train", 3334): "4200+3000 = 8600",
    ("train", 3409): "10 x .5 = 10; the answer goes on with 5",
    ("train", 3859): "5 * 3 = 15,000; thousands left out on one side",
    ("train", 4691): "2*8 = 24; three times eight is meant",
    ("train", 4973): "200*.55=100; .5 is meant",
    ("train", 5350): "13 + 4 + 16 = 45; the final answer is 33",
    ("train", 5781): "7+9+1+2 = 19.50; 1.50 is meant by 1",
    ("train", 6157): "70 + 40 = 100; the final answer is 110",
    ("train", 6256): "10 x 1,248 = 11,480",
    ("train", 6700): "2 / 12 = .125; a sixteenth is meant",
    ("train", 6713): "3 x (8/16) = 6; division is meant",
    ("train", 6760): "4+4+6 = 18; the final answer is 14",
    ("train", 6812): "50-8 = 44; 52 is meant, as the mark says",
    ("train", 7178): "1152/ 1,536 = .5; it is .75, as the next line has it",
    ("train", 7356): "1 +1 *+1 = 3; a stray sign",
    ("train", 7444): "14*20=140; the final answer is 280",
    ("test", 1024): "32 - 20 = 300; 320 is meant",
}
